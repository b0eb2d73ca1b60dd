using Preservation.Packages.Aip;
using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Dip;

/// <summary>Writes a DIP of Circular 05/2025, Annex V: the request, the documents asked for with their descriptors, PREMIS.</summary>
internal sealed class Tt05Dip(DipSource source, DipSelection selection, Tt05DipDraft draft, DipRequest request, DipZip zip, string id, PackOptions options)
{
    private readonly Dictionary<string, Guid> _ids = new(StringComparer.Ordinal);
    private readonly DipPremis _premis = new(id, source.Id, request, options);

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var parts = new MetsParts(PackageZip.VietnameseTime(options.Now), key => _ids.TryGetValue(key, out var known) ? known : _ids[key] = options.NewId());
        var mets = new Tt05Mets(Frame(), parts);
        var data = await zip.CopyAsync(selection.Under(Tt05Layout.Data), cancellationToken).ConfigureAwait(false);
        var linked = new List<Tt05Linked>();
        for (var i = 0; i < selection.Documents.Length; i++)
        {
            var document = selection.Documents[i];
            var holey = document.FetchReferences.Select(f => f.Scheme).ToHashSet(StringComparer.Ordinal);
            var descriptor = await zip.AddAsync(Tt05Layout.Descriptor(document.Kind, document.Id), draft.Documents[i].ToBytes(), cancellationToken).ConfigureAwait(false);
            linked.Add(new Tt05Linked(descriptor, [.. Of(document.FilePaths.Where(p => !holey.Contains(p)))], [.. Of(document.AttachmentPaths)], [.. Of(document.FilePaths.Where(holey.Contains))]));
        }
        var used = linked.SelectMany(l => l.Files.Concat(l.Attachments).Concat(l.Holey)).Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var premis = AipMetadata.Premis(await zip.AddAsync(Tt05Layout.RepPremis, _premis.OfRepresentation("rep1", data.All), cancellationToken).ConfigureAwait(false));
        var repMets = mets.Representation(linked, data.All.Where(f => !used.Contains(f.Path)), premis);
        var rep = await zip.AddAsync(Tt05Layout.RepMets, stream => MetsWriter.Write(stream, repMets), cancellationToken).ConfigureAwait(false);
        var ead = await zip.AddAsync(Tt05Layout.Ead, draft.Request.ToBytes(), cancellationToken).ConfigureAwait(false);
        var administrative = AipMetadata.Premis(await zip.AddAsync(Tt05Layout.Premis, _premis.Package(["rep1"]), cancellationToken).ConfigureAwait(false));
        var groups = new Dictionary<string, IEnumerable<ReferencedFile>>(StringComparer.Ordinal)
        {
            ["Documentation"] = await FolderAsync("documentation/", selection.IsWhole, cancellationToken).ConfigureAwait(false),
            ["Schemas"] = await SchemasAsync(cancellationToken).ConfigureAwait(false),
            ["Submission"] = await FolderAsync(AipRequest.SubmissionFolder, request.IncludesSubmission, cancellationToken).ConfigureAwait(false),
        };
        var root = mets.Root(ead, [administrative], groups, rep);
        await zip.AddAsync(MetsNames.FileName, stream => MetsWriter.Write(stream, root), cancellationToken).ConfigureAwait(false);
        IEnumerable<ReferencedFile> Of(IEnumerable<string> paths) => paths.Distinct(StringComparer.Ordinal).Select(data.Find).OfType<ReferencedFile>();
    }

    private Tt05Frame Frame() => new()
    {
        ObjId = id, RepObjId = "urn:uuid:" + options.NewId().ToString().ToUpperInvariant(), Title = source.Description.Title ?? "", Profile = MetsNames.Tt05DipProfile, PackageType = "DIP",
        RecordStatus = "NEW", RegistrationCode = source.Description.RegistrationCode is { Length: > 0 } code ? code : request.RequestId!, AgencyName = source.Description.AgencyName ?? "",
        FondsCode = source.Description.FondsCode ?? "", Software = options.Software, DivType = "NORMALIZED", Type = "MIXED",
    };

    private async Task<IEnumerable<ReferencedFile>> FolderAsync(string folder, bool isGiven, CancellationToken cancellationToken) =>
        isGiven ? (await zip.CopyAsync(source.Files.Under(folder).Where(source.Declares), cancellationToken).ConfigureAwait(false)).All : [];

    // The descriptors change from the AIP's fields to the DIP's, so their schemas do too.
    private async Task<List<ReferencedFile>> SchemasAsync(CancellationToken cancellationToken)
    {
        var written = new List<ReferencedFile>();
        var edition = Tt05Editions.BuiltIn.On(options.Now);
        foreach (var name in edition.SchemasOf(Tt05Form.Dip)) written.Add(await zip.AddAsync("schemas/" + name, edition.ReadSchema(Tt05Form.Dip, name), cancellationToken).ConfigureAwait(false));
        written.AddRange(await zip.AddOfficialSchemasAsync(written.Select(f => f.Path).ToHashSet(StringComparer.Ordinal), cancellationToken).ConfigureAwait(false));
        return written;
    }
}
