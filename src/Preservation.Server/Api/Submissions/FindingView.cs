using Preservation.Catalogue.Model;
using Preservation.Core.Findings;

namespace Preservation.Server.Api.Submissions;

/// <summary>A finding as contracts.md writes it.</summary>
internal sealed record FindingView(string Code, string Severity, string Clause, string Path, string? Expected, string? Found, LocalizedText Message, LocalizedText Hint)
{
    public static FindingView Of(SubmissionFinding f) =>
        new(f.Code, f.Severity, f.Clause, f.Path, f.Expected, f.Found, new(f.MessageEn, f.MessageVi), new(f.HintEn, f.HintVi));
}
