using System.Collections.Immutable;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>What the two METS documents of a package of the circular share.</summary>
internal sealed record Tt05Frame
{
    public required string ObjId { get; init; }

    public required string RepObjId { get; init; }

    public required string Title { get; init; }

    public required string Profile { get; init; }

    public required string PackageType { get; init; }

    public required string RecordStatus { get; init; }

    public required string RegistrationCode { get; init; }

    public required string AgencyName { get; init; }

    public required string FondsCode { get; init; }

    public required PackageSoftware Software { get; init; }

    public required string DivType { get; init; }

    /// <summary><c>mets/@TYPE</c>: Mixed for a dossier, Collection for loose documents.</summary>
    public required string Type { get; init; }
}

/// <summary>A document's files, as the structural map links them.</summary>
internal sealed record Tt05Linked(
    ReferencedFile Descriptor, ImmutableArray<ReferencedFile> Files, ImmutableArray<ReferencedFile> Attachments, ImmutableArray<ReferencedFile> Holey);

/// <summary>Makes the METS documents of the circular's packages (Annexes I and III).</summary>
internal sealed class Tt05Mets(Tt05Frame frame, MetsParts parts)
{
    public MetsDocument Root(
        ReferencedFile ead, IReadOnlyList<MetadataFile> administrative, IReadOnlyDictionary<string, IEnumerable<ReferencedFile>> groups, ReferencedFile repMets)
    {
        var descriptive = parts.Section(MetsSection.Descriptive, ead, "", "OTHER", "EAD", "1.0");
        var sections = administrative.Select(a => parts.Section(a.Element, a.File, "", a.MdType, a.OtherMdType, a.MdTypeVersion)).ToList();
        var fileGroups = groups.Where(g => g.Value.Any()).Select(g => parts.WrittenGroup(g.Key, g.Value, "")).ToList();
        var rep = parts.Group("Representations/rep1", [repMets], "", "MIXED");
        var pointer = new MetsPointer("URL", "simple", Tt05Layout.RepMets, rep.Id);
        return Frame(frame.ObjId, frame.Profile) with
        {
            Label = frame.Title,
            Descriptive = [descriptive],
            Administrative = [new MetsAdministration(parts.Uuid("amdSec"), [.. sections])],
            FileSection = new MetsFileSection(parts.Uuid("fileSec"), [.. fileGroups, rep]),
            StructMaps = [Map(frame.ObjId,
            [
                parts.Div("Metadata", frame.DivType) with { DmdIds = [descriptive.Id!], AdmIds = MetsParts.Ids(sections) },
                .. fileGroups.Select(g => parts.Div(g.Use!, frame.DivType, [g.Id])),
                // An AIP also points at the file entry of the METS document (E-ARK AIP3).
                parts.Div("Representations/rep1", frame.DivType, frame.PackageType == "AIP" ? [rep.Files[0].Id] : default) with { Pointers = [pointer] },
            ])],
        };
    }

    public MetsDocument Representation(IReadOnlyList<Tt05Linked> documents, IEnumerable<ReferencedFile> unlinked, MetadataFile? premis)
    {
        var folder = Tt05Layout.Rep;
        var descriptive = documents.Select(d => parts.Section(MetsSection.Descriptive, d.Descriptor, folder, "OTHER", "EAD", "1.0")).ToList();
        var sections = premis is null ? [] : new List<MetsSection> { parts.Section(premis.Element, premis.File, folder, premis.MdType, null, premis.MdTypeVersion) };
        var groups = new[] { ("Data", documents.SelectMany(d => d.Files.Concat(d.Attachments)).Concat(unlinked)), ("Holeyfile", documents.SelectMany(d => d.Holey)) }
            .Where(g => g.Item2.Any()).Select(g => parts.WrittenGroup(g.Item1, g.Item2, folder)).ToList();
        var links = new List<MetsDiv>();
        var attachments = new List<MetsDiv>();
        for (var i = 0; i < documents.Count; i++)
        {
            var (document, dmd) = (documents[i], descriptive[i].Id!);
            AddLink(links, "MetadataLink/File", document.Files, dmd, document);
            AddLink(links, "MetadataLink/Holey", document.Holey, dmd, document);
            AddLink(attachments, "AttachmentFile", document.Attachments, dmd, document);
        }
        var divs = groups.Select(g => parts.Div(g.Use!, frame.DivType, [g.Id])).ToList();
        divs.Add(parts.Div("MetadataLink", frame.DivType) with { AdmIds = MetsParts.Ids(sections), Divs = [.. links] });
        divs.AddRange(attachments);
        return Frame(frame.RepObjId, MetsNames.CsipProfile) with
        {
            Descriptive = [.. descriptive],
            Administrative = [new MetsAdministration(parts.Uuid("rep1/amdSec"), [.. sections])],
            FileSection = new MetsFileSection(parts.Uuid("rep1/fileSec"), [.. groups]),
            StructMaps = [Map("rep1", divs)],
        };
    }

    private void AddLink(List<MetsDiv> divs, string label, ImmutableArray<ReferencedFile> files, string dmd, Tt05Linked document)
    {
        if (files.Length == 0) return;
        divs.Add(parts.Div(label, frame.DivType, [.. files.Select(f => parts.FileId("file:" + f.Path))]) with
        {
            Id = parts.Uuid($"div:{label}:{document.Descriptor.Path}"), DmdIds = [dmd],
        });
    }

    private MetsStructMap Map(string label, IEnumerable<MetsDiv> divs) => new(
        parts.Uuid("structMap:" + label), "PHYSICAL", "CSIP",
        new MetsDiv { Id = parts.Uuid("root:" + label), Label = label, Type = frame.DivType, Divs = [.. divs] });

    private MetsDocument Frame(string objId, string profile) => new()
    {
        ObjId = objId, Type = frame.Type, ContentInformationType = "MIXED", Profile = profile,
        Header = new MetsHeader
        {
            Created = parts.Created, LastModified = parts.Created, RecordStatus = frame.RecordStatus, OaisPackageType = frame.PackageType,
            Agents =
            [
                new MetsAgent("CREATOR", "OTHER", "SOFTWARE", frame.Software.Name, [new MetsNote(frame.Software.Version, "SOFTWARE VERSION")]),
                new MetsAgent("CREATOR", "ORGANIZATION", null, frame.AgencyName, [new MetsNote(frame.FondsCode, "IDENTIFICATIONCODE")]),
            ],
            AltRecordIds = [new MetsAltRecordId("SUBMISSIONAGREEMENT", frame.RegistrationCode)],
        },
    };
}
