using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Dip;

/// <summary>
/// The descriptors of a DIP of Annex V, and what is wrong with them. The AIP's fields lead; what its annexes leave out (period, risk recovery) is
/// taken from the submission's own descriptor of the document, else from the dossier.
/// </summary>
internal sealed record Tt05DipDraft(SimpleDc Request, ImmutableArray<SimpleDc> Documents, ImmutableArray<Finding> Findings)
{
    private static readonly ImmutableArray<string> OfTheDossier = ["maintenance", "mode", "language"];

    public static async Task<Tt05DipDraft> MakeAsync(DipSource source, DipSelection selection, DipRequest request, Tt05Edition edition, CancellationToken cancellationToken)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var descriptor = request.ToDescriptor();
        findings.AddRange(Tt05FieldCheck.Check(descriptor, edition.OfPackage(Tt05Form.Dip), Tt05Layout.Ead));
        if (selection.Documents.IsEmpty && selection.IsWhole) findings.Add(new Finding(DipRules.Documents, ""));
        var submitted = Submitted(source);
        var documents = ImmutableArray.CreateBuilder<SimpleDc>();
        foreach (var document in selection.Documents)
        {
            var path = document.DescriptorPath[(document.DescriptorPath.LastIndexOf('/') + 1)..];
            var before = submitted.TryGetValue(path, out var found)
                ? await source.Files.ParseAsync(found, s => SimpleDc.ReadAsync(s, source.Files.Limits, cancellationToken), cancellationToken).ConfigureAwait(false) : null;
            var fields = Describe(source.Description, document, before, edition);
            findings.AddRange(Tt05FieldCheck.Check(fields, edition.OfDocument(document.Kind, Tt05Form.Dip), document.DescriptorPath));
            documents.Add(fields);
        }
        var described = selection.Documents.Select((d, i) => new Tt05Described(d.Kind, d.Id, d.DescriptorPath, documents[i])).ToList();
        findings.AddRange(Tt05CrossCheck.Check(new Tt05CrossInput(Tt05Layout.Ead, descriptor, described, Tt05Form.Dip, IsSupplement: false, Tt05CheckOptions.Default)));
        return new Tt05DipDraft(descriptor, documents.ToImmutable(), findings.ToImmutable());
    }

    private static SimpleDc Describe(PackageDescription dossier, DocumentDescription document, SimpleDc? before, Tt05Edition edition)
    {
        var fields = new SimpleDc(document.Fields);
        var risk = new[] { fields["riskRecovery"], before?["riskRecovery"], dossier.Field("riskRecovery") }.FirstOrDefault(r => r is not null);
        var status = new[] { fields["riskRecoveryStatus"], before?["riskRecoveryStatus"], dossier.Field("riskRecoveryStatus") }.FirstOrDefault(r => r is not null);
        return new SimpleDc([.. edition.OfDocument(document.Kind, Tt05Form.Dip).Select(f => KeyValuePair.Create(f.Name, f.Name switch
        {
            "docId" => document.Id,
            "arcDocCode" => document.Code ?? before?["docCode"] ?? Code(fields["arcFileCode"], document.Ordinal),
            "riskRecovery" => risk,
            "riskRecoveryStatus" => risk == "1" ? status : null,
            _ => fields[f.Name] ?? before?[f.Name] ?? (OfTheDossier.Contains(f.Name) ? dossier.Field(f.Name) : null),
        })).Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Key, f.Value!))]);
    }

    private static string? Code(string? fileCode, int? ordinal) =>
        fileCode is null || ordinal is null ? null : $"{fileCode}.{ordinal.Value.ToString("0000000", CultureInfo.InvariantCulture)}";

    // By name; of a document that came more than once the descriptor received last. The first submission lies in the folder itself, later ones in
    // folders named by identifiers that grow with time.
    private static Dictionary<string, string> Submitted(DipSource source)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in source.Files.Under(AipRequest.SubmissionFolder).Where(p => p.Contains("/" + Tt05Layout.RepDescriptive + "EAD_", StringComparison.Ordinal)))
        {
            var name = path[(path.LastIndexOf('/') + 1)..];
            var isFirst = path.StartsWith(AipRequest.SubmissionFolder + Tt05Layout.RepDescriptive, StringComparison.Ordinal);
            if (!isFirst || !found.ContainsKey(name)) found[name] = path;
        }
        return found;
    }
}
