using System.Globalization;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Premis;

namespace Preservation.Workflow.Ingest;

/// <summary>Turns what was decided about a submission into the AIP and the OCFL version that holds it. Pure: equal work gives equal bytes.</summary>
internal static class PlannedAip
{
    /// <summary>The event that tells of the making of an AIP.</summary>
    public const string Creation = "information package creation";

    private static readonly string[] ContentFirst = ["representations/", "metadata/", "documentation/", "schemas/"];

    /// <summary>What the package says about itself in this version.</summary>
    public static PackageDescription DescriptionOf(ArchiveWork work) => work.Base switch
    {
        null => work.Plan.Description,
        { } earlier when work.Submission.RecordStatus == "SUPPLEMENT" => Supplement.Merge(earlier.Description, work.Plan.Description) with { RecordStatus = "SUPPLEMENT" },
        _ => work.Plan.Description with { RecordStatus = work.Submission.RecordStatus },
    };

    /// <summary>Where the AIP keeps what this submission brought.</summary>
    public static string FolderOf(ArchiveWork work) => work.Submission.RecordStatus == "SUPPLEMENT" && work.Base is not null ? ContinuedPackage.FolderOf(work.Submission.Id) : AipRequest.SubmissionFolder;

    /// <summary>Everything the AIP follows from.</summary>
    public static AipRequest RequestOf(ArchiveWork work)
    {
        var id = $"urn:uuid:{work.PackageId}";
        var earlier = work.Submission.RecordStatus == "SUPPLEMENT" ? work.Base : null;
        var agents = work.Plan.Events.Select(e => e.Agent).Distinct().Select(name => (Name: name, Id: new PremisIdentifier("local", name))).ToDictionary(a => a.Name, a => a.Id);
        return new AipRequest
        {
            Id = id,
            Created = work.Plan.ArchivedAt!.Value,
            Description = DescriptionOf(work),
            Folder = FolderOf(work),
            Earlier = earlier?.Submissions ?? [],
            EarlierReports = earlier?.Reports ?? [],
            Submission = work.Facts,
            Events = [.. work.Plan.Events.Select(e => new Preservation.Packages.Premis.PremisEvent
            {
                Identifier = new PremisIdentifier("UUID", e.Id.ToString()), Type = e.Type, DateTime = e.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
                Detail = e.Detail, Outcome = e.Outcome, Agents = [new PremisLink(agents[e.Agent], ["implementer"])],
                Objects = [new PremisLink(AipPlanner.PackageObject(id), [e.Type == Creation ? "outcome" : "source"])],
            })],
            Agents = [.. agents.Select(a => new PremisAgent(a.Value, a.Key, a.Key.StartsWith("preservation-server", StringComparison.Ordinal) || a.Key.StartsWith("ClamAV", StringComparison.Ordinal) ? "software" : "person"))],
            Generated = [.. work.Plan.Generated.Select(g => new GeneratedFile(g.Path, System.Text.Encoding.UTF8.GetBytes(g.Text)))],
        };
    }

    /// <summary>The OCFL version that holds the AIP.</summary>
    /// <param name="aip">The AIP.</param>
    /// <param name="work">What it is made of.</param>
    /// <param name="previous">The inventory it builds on; null for the first version.</param>
    public static VersionPlan VersionOf(AipPlan aip, ArchiveWork work, Inventory? previous)
    {
        var creation = work.Plan.Events.Last(e => e.Type == Creation);
        return VersionPlan.Create(previous, aip.Id, aip.Entries.Select(e => new PlannedFile(e.Path, e.Bytes, e.Sha512, [e.Sha256])),
            work.Plan.ArchivedAt!.Value, $"{creation.Type} {creation.Id}", new VersionUser(Events.Software, "info:preservation/server"), ContentFirst);
    }
}
