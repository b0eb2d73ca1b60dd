using System.Collections.Immutable;
using System.Globalization;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Eark;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Dip;

/// <summary>
/// Writes a DIP of E-ARK DIP 2.2.0. Given are the current descriptions of the package, its schemas, the representations (of a selection only what
/// was asked for) and, of the whole package, its documentation; not what the archive keeps for itself: reports, PREMIS, the submission.
/// </summary>
internal sealed class EarkDip(DipSource source, DipSelection selection, DipRequest request, DipZip zip, string id, PackOptions options)
{
    private readonly Dictionary<string, Guid> _ids = new(StringComparer.Ordinal);
    private readonly DipPremis _premis = new(id, source.Id, request, options);

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var mets = new CsipMets(new MetsParts(options.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), key => _ids.TryGetValue(key, out var known) ? known : _ids[key] = options.NewId()));
        var said = source.Description.Metadata.GroupBy(m => m.Path).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var reps = new List<ReferencedFile>();
        foreach (var rep in selection.Paths.GroupBy(p => p.Split('/')[1], StringComparer.Ordinal))
            reps.Add(await RepresentationAsync(mets, rep.Key, rep, said, cancellationToken).ConfigureAwait(false));
        var metadata = await DescriptionsAsync(cancellationToken).ConfigureAwait(false);
        metadata.Add(AipMetadata.Premis(await zip.AddAsync("metadata/preservation/PREMIS.xml", _premis.Package(reps.Select(r => r.Path.Split('/')[1])), cancellationToken).ConfigureAwait(false)));
        var groups = new Dictionary<string, List<ReferencedFile>>(StringComparer.Ordinal);
        await GroupAsync(groups, "Schemas", "schemas/", cancellationToken).ConfigureAwait(false);
        if (selection.IsWhole) await GroupAsync(groups, "Documentation", "documentation/", cancellationToken).ConfigureAwait(false);
        if (request.IncludesSubmission) await GroupAsync(groups, "Submission", AipRequest.SubmissionFolder, cancellationToken).ConfigureAwait(false);
        var frame = Frame(id) with { Label = source.Description.Title, RecordStatus = "NEW" };
        await zip.AddAsync(MetsNames.FileName, MetsWriter.ToBytes(mets.Document(frame, "", metadata, Written(groups), reps)), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ReferencedFile> RepresentationAsync(
        CsipMets mets, string rep, IEnumerable<string> paths, Dictionary<string, DescribedMetadata> said, CancellationToken cancellationToken)
    {
        var folder = "representations/" + rep;
        var metadata = new List<MetadataFile>();
        var groups = new Dictionary<string, List<ReferencedFile>>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var file = await zip.CopyAsync(path, cancellationToken).ConfigureAwait(false);
            var inFolder = path[(folder.Length + 1)..];
            if (inFolder.StartsWith("metadata/", StringComparison.Ordinal)) metadata.Add(AipMetadata.Classify(inFolder, file, said.GetValueOrDefault(path)));
            else Add(groups, inFolder.StartsWith("schemas/", StringComparison.Ordinal) ? "Schemas" : inFolder.StartsWith("documentation/", StringComparison.Ordinal) ? "Documentation" : "Data", file);
        }
        var premis = _premis.OfRepresentation(rep, groups.GetValueOrDefault("Data") ?? []);
        metadata.Add(AipMetadata.Premis(await zip.AddAsync($"{folder}/metadata/preservation/PREMIS_{rep}.xml", premis, cancellationToken).ConfigureAwait(false)));
        var document = mets.Document(Frame(rep), folder, metadata, Written(groups), []);
        return await zip.AddAsync($"{folder}/{MetsNames.FileName}", MetsWriter.ToBytes(document), cancellationToken).ConfigureAwait(false);
    }

    // Superseded descriptions stay in the archive (DIP4). A description that no reader outside Vietnam knows is given in Dublin Core too.
    private async Task<List<MetadataFile>> DescriptionsAsync(CancellationToken cancellationToken)
    {
        var metadata = new List<MetadataFile>();
        foreach (var section in source.Root.Descriptive.Where(s => s.Status is "CURRENT" or null && s.Reference is not null))
            if (MetsHref.Resolve(section.Reference!.Href, "", source.Files.Has) is { } path && source.Files.Has(path) && !metadata.Exists(m => m.File.Path == path))
                metadata.Add(new MetadataFile(MetsSection.Descriptive, await zip.CopyAsync(path, cancellationToken).ConfigureAwait(false), section.Reference.MdType ?? "OTHER", section.Reference.OtherMdType, section.Reference.MdTypeVersion));
        if (metadata.Exists(m => m.MdType is "DC" or "EAD")) return metadata;
        var name = metadata.Exists(m => m.File.Path == "metadata/descriptive/dc.xml") ? "dip-dc.xml" : "dc.xml";
        var dc = await zip.AddAsync("metadata/descriptive/" + name, DublinCore.Of(source.Description), cancellationToken).ConfigureAwait(false);
        metadata.Insert(0, new MetadataFile(MetsSection.Descriptive, dc, "DC", null, "SimpleDC20021212"));
        return metadata;
    }

    private async Task GroupAsync(Dictionary<string, List<ReferencedFile>> groups, string use, string folder, CancellationToken cancellationToken)
    {
        var files = await zip.CopyAsync(source.Files.Under(folder).Where(source.Declares).ToList(), cancellationToken).ConfigureAwait(false);
        if (use == "Schemas") files.AddRange(await zip.AddOfficialSchemasAsync(files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal), cancellationToken).ConfigureAwait(false));
        if (files.Count > 0) groups[use] = files;
    }

    private CsipFrame Frame(string objId) => new()
    {
        ObjId = objId, Type = source.Root.Type ?? "Mixed", Profile = MetsNames.DipProfile, PackageType = "DIP", Agents = Agents(),
        AltRecordIds = objId == id ? [.. source.Root.Header!.AltRecordIds.Where(i => i.Type is not null)] : [],
    };

    private ImmutableArray<MetsAgent> Agents()
    {
        var software = CsipFrame.SoftwareAgent(options.Software);
        return source.Description.AgencyName is { Length: > 0 } name
            ? [software, CsipFrame.Organisation("ARCHIVIST", name, source.Description.AgencyCode ?? source.Description.FondsCode)]
            : [software];
    }

    private static Dictionary<string, IEnumerable<ReferencedFile>> Written(Dictionary<string, List<ReferencedFile>> groups) =>
        groups.ToDictionary(g => g.Key, g => (IEnumerable<ReferencedFile>)g.Value, StringComparer.Ordinal);

    private static void Add(Dictionary<string, List<ReferencedFile>> groups, string use, ReferencedFile file)
    {
        if (!groups.TryGetValue(use, out var list)) groups[use] = list = [];
        list.Add(file);
    }
}
