using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Packages.Description;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// Finds the package a SUPPLEMENT or REPLACEMENT names, and gives one submission at a time the right to write its next version. While that
/// submission is at work the fixity work leaves the package alone, and the other way round: neither may see the other's half.
/// </summary>
internal static class Continuation
{
    private const string PackageUrn = "urn:uuid:";

    /// <summary>Does this record status make a version of a package that is there already?</summary>
    public static bool Is(string recordStatus) => recordStatus is "SUPPLEMENT" or "REPLACEMENT";

    /// <summary>The package the description's codes name; null, with a finding, when they do not name exactly one, or another than the sender said.</summary>
    /// <exception cref="PackageBusyException">The first version of the package is being written right now.</exception>
    public static async Task<Package?> FindAsync(
        CatalogueSession session, Submission submission, string status, PackageDescription description, CheckResult result, CancellationToken cancellationToken)
    {
        // A document's code is repeated wherever the document is; the package is named by its own codes.
        var names = Aliases.Of(description).Where(a => a.Scheme != "docCode").ToList();
        var codes = names.Select(a => a.Value).ToArray();
        var own = names.Select(a => a.Value.StartsWith(PackageUrn, StringComparison.Ordinal) && Guid.TryParse(a.Value[PackageUrn.Length..], out var id) ? id : Guid.Empty).ToArray();
        var rows = await session.Rows.PackageAliases.AsNoTracking().Where(a => codes.Contains(a.Code)).ToListAsync(cancellationToken);
        var named = rows.Where(r => names.Exists(n => n.Scheme == r.Scheme && n.Value == r.Code)).Select(r => r.PackageId).Concat(own).Distinct().ToArray();
        var found = await session.Rows.Packages.AsNoTracking().Where(p => named.Contains(p.Id) && p.ProducerId == submission.AgencyId && (submission.UpdateOf == null || p.Id == submission.UpdateOf)).ToListAsync(cancellationToken);
        if (found.Count == 1) return found[0];
        if (found.Count == 0 && await session.Rows.Submissions.AnyAsync(
            s => s.PackageId != null && named.Contains(s.PackageId.Value) && s.AgencyId == submission.AgencyId && s.State == SubmissionState.Archiving, cancellationToken))
            throw new PackageBusyException("the package this submission continues is being written");
        result.Add(found.Count == 0
            ? new Finding(IngestRules.NothingToContinue, "", status)
            : new Finding(IngestRules.ContinuesSeveral, "", status, found.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return null;
    }

    /// <summary>Takes the right to write the next version for this attempt and says on which version it builds: the head, or what an earlier attempt was told.</summary>
    /// <exception cref="PackageBusyException">Another submission is writing a version, or a copy is being re-read.</exception>
    public static async Task<int> TakeAsync(CatalogueSession session, Submission submission, Guid package, int? baseVersion, CancellationToken cancellationToken)
    {
        await using var hold = session.Command("SELECT head_version FROM package WHERE id = $1 FOR UPDATE", package);
        var head = (int)(await hold.ExecuteScalarAsync(cancellationToken))!;
        if (baseVersion is null && await session.Rows.Submissions.AnyAsync(s => s.PackageId == package && s.State == SubmissionState.Archiving && s.Id != submission.Id, cancellationToken))
            throw new PackageBusyException($"another submission is writing a version of {package}");
        // Touching the rows makes a claim of the fixity work that began before this look again.
        await using var touch = session.Command(
            "UPDATE package_copy SET lease_until = NULL WHERE package_id = $1 AND (lease_until IS NULL OR lease_until < $2 OR state = 'Unreadable')", package, session.Now);
        var free = await touch.ExecuteNonQueryAsync(cancellationToken);
        if (free < await session.Rows.PackageCopies.CountAsync(c => c.PackageId == package, cancellationToken)) throw new PackageBusyException($"a copy of {package} is being re-read");
        return baseVersion ?? head;
    }
}
