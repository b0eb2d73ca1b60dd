using System.Collections.Immutable;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>What a CSIP METS document says about itself.</summary>
internal sealed record CsipFrame
{
    public required string ObjId { get; init; }

    public required string Type { get; init; }

    public required string Profile { get; init; }

    public required string PackageType { get; init; }

    public required ImmutableArray<MetsAgent> Agents { get; init; }

    public string? Label { get; init; }

    public string? RecordStatus { get; init; }

    public ImmutableArray<MetsAltRecordId> AltRecordIds { get; init; } = [];

    public static MetsAgent SoftwareAgent(PackageSoftware software) =>
        new("CREATOR", "OTHER", "SOFTWARE", software.Name, [new MetsNote(software.Version, "SOFTWARE VERSION")]);

    public static MetsAgent Organisation(string role, string name, string? code) =>
        new(role, "ORGANIZATION", null, name, code is null ? [] : [new MetsNote(code, "IDENTIFICATIONCODE")]);
}

/// <summary>Makes METS documents of CSIP 2.2.0 for a package or one of its representations.</summary>
internal sealed class CsipMets(MetsParts parts)
{
    /// <summary>The folders' names as CSIP's vocabulary labels them, in the order we write them.</summary>
    public static readonly ImmutableArray<string> GroupOrder = ["Documentation", "Schemas", "Data", "Submission"];

    /// <param name="frame">Who and what.</param>
    /// <param name="folder">Empty for the package, else the representation's folder.</param>
    /// <param name="metadata">Every metadata file.</param>
    /// <param name="groups">Files by <c>@USE</c>.</param>
    /// <param name="representations">The METS documents of the representations.</param>
    public MetsDocument Document(
        CsipFrame frame, string folder, IReadOnlyList<MetadataFile> metadata,
        IReadOnlyDictionary<string, IEnumerable<ReferencedFile>> groups, IReadOnlyList<ReferencedFile> representations)
    {
        var descriptive = metadata.Where(m => m.Element == MetsSection.Descriptive).Select(m => parts.Section(m, folder)).ToList();
        var administrative = metadata.Where(m => m.Element != MetsSection.Descriptive).Select(m => parts.Section(m, folder)).ToList();
        var fileGroups = GroupOrder.Where(groups.ContainsKey).Select(use => parts.WrittenGroup(use, groups[use], folder)).ToList();
        var reps = representations.Select(r => (Mets: r, Group: parts.Group(Use(r), [r], folder, "MIXED"))).ToList();
        var allGroups = fileGroups.Concat(reps.Select(r => r.Group)).ToImmutableArray();
        List<MetsDiv> divs =
        [
            parts.Div("Metadata", null) with { Id = Id("Metadata"), DmdIds = MetsParts.Ids(descriptive), AdmIds = MetsParts.Ids(administrative) },
            .. fileGroups.Select(g => parts.Div(g.Use!, null, [g.Id]) with { Id = Id(g.Use!) }),
            // An AIP also points at the file entry of the METS document (AIP3).
            .. reps.Select(r => parts.Div(r.Group.Use!, null, frame.PackageType == "AIP" ? [r.Group.Files[0].Id] : default) with { Pointers = [new MetsPointer("URL", "simple", MetsHref.Of(r.Mets.Path), r.Group.Id)] }),
        ];
        return new MetsDocument
        {
            ObjId = frame.ObjId, Label = frame.Label, Type = frame.Type, ContentInformationType = "MIXED", Profile = frame.Profile,
            Header = new MetsHeader
            {
                Created = parts.Created, LastModified = parts.Created, RecordStatus = frame.RecordStatus, OaisPackageType = frame.PackageType,
                Agents = frame.Agents, AltRecordIds = frame.AltRecordIds,
            },
            Descriptive = [.. descriptive],
            Administrative = administrative.Count == 0 ? [] : [new MetsAdministration(parts.Uuid(folder + "/amdSec"), [.. administrative])],
            FileSection = allGroups.Length == 0 ? null : new MetsFileSection(parts.Uuid(folder + "/fileSec"), allGroups),
            StructMaps = [new MetsStructMap(parts.Uuid(folder + "/structMap"), "PHYSICAL", "CSIP",
                new MetsDiv { Id = Id(""), Label = frame.ObjId, Divs = [.. divs] })],
        };
        string Id(string label) => parts.Uuid($"div:{folder}:{label}");
    }

    private static string Use(ReferencedFile mets) => "Representations/" + mets.Path.Split('/')[1];
}
