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
        var mets = new CsipMets(new MetsParts(options.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), IdOf));
        var said = source.Description.Metadata.GroupBy(m => m.Path).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var reps = new List<ReferencedFile>();
        foreach (var rep in selection.Paths.Select(p => p.Split('/')[1]).Distinct(StringComparer.Ordinal).ToList())
            reps.Add(await RepresentationAsync(mets, rep, said, cancellationToken).ConfigureAwait(false));
        var metadata = await DescriptionsAsync(cancellationToken).ConfigureAwait(false);
        metadata.Add(AipMetadata.Premis(await zip.AddAsync("metadata/preservation/PREMIS.xml", _premis.Package(reps.Select(r => r.Path.Split('/')[1])), cancellationToken).ConfigureAwait(false)));
        var schemas = await FolderAsync("schemas/", cancellationToken).ConfigureAwait(false);
        var official = await zip.AddOfficialSchemasAsync(schemas.Select(f => f.Path).ToHashSet(StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        var groups = Groups(
            ("Schemas", schemas.Concat(official)),
            ("Documentation", selection.IsWhole ? await FolderAsync("documentation/", cancellationToken).ConfigureAwait(false) : []),
            ("Submission", request.IncludesSubmission ? await FolderAsync(AipRequest.SubmissionFolder, cancellationToken).ConfigureAwait(false) : []));
        var frame = Frame(id) with { Label = source.Description.Title, RecordStatus = "NEW" };
        var document = mets.Document(frame, "", metadata, groups, reps);
        await zip.AddAsync(MetsNames.FileName, stream => MetsWriter.Write(stream, document), cancellationToken).ConfigureAwait(false);
    }

    // A file's identifier is asked for once, when its element is written.
    private Guid IdOf(string key) => key.StartsWith("file:", StringComparison.Ordinal) ? options.NewId() : _ids.TryGetValue(key, out var known) ? known : _ids[key] = options.NewId();

    private async Task<ReferencedFile> RepresentationAsync(CsipMets mets, string rep, Dictionary<string, DescribedMetadata> said, CancellationToken cancellationToken)
    {
        var folder = $"representations/{rep}/";
        var metadata = new List<MetadataFile>();
        var copied = new CopiedFiles(source);
        foreach (var path in selection.Under(folder))
        {
            var file = await zip.CopyAsync(path, cancellationToken).ConfigureAwait(false);
            if (UseOf(path, folder) == "Metadata") metadata.Add(AipMetadata.Classify(path[folder.Length..], file, said.GetValueOrDefault(path)));
            else copied.Add(file);
        }
        var (data, schemas, documentation) = (Of("Data"), Of("Schemas"), Of("Documentation"));
        metadata.Add(AipMetadata.Premis(await zip.AddAsync($"{folder}metadata/preservation/PREMIS_{rep}.xml", _premis.OfRepresentation(rep, data), cancellationToken).ConfigureAwait(false)));
        var document = mets.Document(Frame(rep), folder[..^1], metadata, Groups(("Data", data), ("Schemas", schemas), ("Documentation", documentation)), []);
        return await zip.AddAsync(folder + MetsNames.FileName, stream => MetsWriter.Write(stream, document), cancellationToken).ConfigureAwait(false);
        IEnumerable<ReferencedFile> Of(string use) => copied.All.Where(f => UseOf(f.Path, folder) == use);
    }

    private static string UseOf(string path, string folder) => path.AsSpan(folder.Length) switch
    {
        var p when p.StartsWith("metadata/", StringComparison.Ordinal) => "Metadata",
        var p when p.StartsWith("schemas/", StringComparison.Ordinal) => "Schemas",
        var p when p.StartsWith("documentation/", StringComparison.Ordinal) => "Documentation",
        _ => "Data",
    };

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

    private async Task<IEnumerable<ReferencedFile>> FolderAsync(string folder, CancellationToken cancellationToken) =>
        (await zip.CopyAsync(source.Files.Under(folder).Where(source.Declares), cancellationToken).ConfigureAwait(false)).All;

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

    private static Dictionary<string, IEnumerable<ReferencedFile>> Groups(params (string Use, IEnumerable<ReferencedFile> Files)[] groups) =>
        groups.Where(g => g.Files.Any()).ToDictionary(g => g.Use, g => g.Files, StringComparer.Ordinal);
}
