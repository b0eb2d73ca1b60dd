using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Ts119512;

/// <summary>A POID: <c>urn:uuid:</c> with the id of a package, or of the submission that was to become one.</summary>
internal static class PreservationIdentifier
{
    private const string Prefix = "urn:uuid:";

    public static string Of(Guid id) => Prefix + id;

    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text is not null && text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && Guid.TryParseExact(text[Prefix.Length..], "D", out id);
    }

    /// <summary>What the session sees under a POID; neither when there is nothing.</summary>
    public static async Task<(Package? Package, Submission? Submission)> FindAsync(CatalogueSession session, string? text, CancellationToken cancellationToken)
    {
        if (!TryParse(text, out var id)) return default;
        if (await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is { } package) return (package, null);
        var submission = await session.Rows.Submissions.AsNoTracking().Where(s => s.Id == id).Select(s => new { s.State, s.PackageId }).SingleOrDefaultAsync(cancellationToken);
        if (submission is null) return default;
        var kept = submission.PackageId is { } of ? await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == of, cancellationToken) : null;
        return (kept, kept is not null ? null : await Submissions.SubmissionReading.ToLookAt(session.Rows.Submissions.Where(s => s.Id == id)).SingleAsync(cancellationToken));
    }

    /// <summary>Why an object cannot be given yet, or never.</summary>
    public static Result Waiting(Submission? submission) => submission?.State switch
    {
        null => Result.UnknownPoId,
        SubmissionState.Rejected or SubmissionState.Returned => Result.Refused(ResultCodes.UnknownPoId, $"The submission was not preserved: {submission.State}."),
        var state => Result.Pending($"The submission is not preserved yet: {state}."),
    };
}
