using System.Collections.Immutable;
using System.Globalization;
using Preservation.Packages.Description;
using Preservation.Packages.Mets;
using Preservation.Packages.Premis;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Aip;

/// <summary>
/// AIPs of Circular 05/2025 Annex I from submissions of Annex III: descriptors in the AIP's fields, PREMIS for package and rep1, divisions
/// marked NORMALIZED. The submission's own descriptors stay under <c>submission/</c>.
/// </summary>
internal sealed class Tt05AipPlanner
{
    private readonly AipRequest _request;
    private readonly AipDraft _draft;
    private readonly SortedDictionary<string, SubmittedFile> _files;
    private readonly Dictionary<string, DescribedMetadata> _said;
    private readonly string? _fileCode;

    public Tt05AipPlanner(AipRequest request, AipDraft draft)
    {
        _request = request;
        _draft = draft;
        _files = request.Current;
        _said = request.Description.Metadata.GroupBy(m => m.Path).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var code = request.Description.Field("fileCode") ?? request.Description.Field("arcFileCode");
        _fileCode = request.ArchiveCode is null || code is null ? code : $"{request.ArchiveCode}.{code}";
    }

    public void Plan()
    {
        var description = _request.Description;
        var parts = new MetsParts(PackageZip.VietnameseTime(_request.Created), key => NameUuid.From(_request.Id + "|" + key));
        var mets = new Tt05Mets(Frame(), parts);
        var data = _files.Keys.Where(p => p.StartsWith(Tt05Layout.Data, StringComparison.Ordinal)).ToList();
        foreach (var path in data) _draft.TryAdd(path, _files[path]);
        var linked = description.Documents.Select(Link).ToList();
        var used = linked.SelectMany(l => l.Files.Concat(l.Attachments).Concat(l.Holey)).Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var repPremis = PremisWriter.ToBytes(AipPremis.OfRepresentation(_request, "rep1", data.Select(p => (p, _files[p]))));
        var rep = mets.Representation(
            linked, [.. data.Where(p => !used.Contains(p)).Select(p => AipDraft.Reference(p, _files[p]))],
            AipMetadata.Premis(_draft.Add(Tt05Layout.RepPremis, repPremis)));
        var repMets = _draft.Add(Tt05Layout.RepMets, MetsWriter.ToBytes(rep));
        var ead = _draft.Add(Tt05Layout.Ead, Dossier().ToBytes());
        var administrative = Administrative();
        var groups = new Dictionary<string, IReadOnlyList<ReferencedFile>>(StringComparer.Ordinal)
        {
            ["Documentation"] = Documentation(),
            ["Schemas"] = Schemas(),
            ["Submission"] = [.. _request.Received.Select(f => AipDraft.Reference(f.Path, f.File))],
        };
        _draft.Add(MetsNames.FileName, MetsWriter.ToBytes(mets.Root(ead, administrative, groups, repMets)));
    }

    private Tt05Edition Edition => Tt05Editions.BuiltIn.On(_request.Created);

    // Loose documents stay loose documents.
    private Tt05Form Form => string.Equals(_request.Description.ContentCategory, "Collection", StringComparison.OrdinalIgnoreCase) ? Tt05Form.AipCollection : Tt05Form.AipDossier;

    private Tt05Frame Frame() => new()
    {
        ObjId = _request.Id, RepObjId = "urn:uuid:" + NameUuid.From(_request.Id + "|rep1"), Title = _request.Description.Title ?? "",
        Profile = MetsNames.Tt05AipProfile, PackageType = "AIP", RecordStatus = _request.Description.RecordStatus ?? "NEW",
        RegistrationCode = _request.Description.RegistrationCode ?? "", AgencyName = _request.Description.AgencyName ?? "",
        FondsCode = _request.Description.FondsCode ?? "", Software = _request.Software, DivType = "NORMALIZED", Type = Form == Tt05Form.AipCollection ? "Collection" : "Mixed",
    };

    private SimpleDc Dossier() => new([.. Edition.OfPackage(Form)
        .Select(f => KeyValuePair.Create(f.Name, f.Name == "arcFileCode" ? _fileCode : _request.Description.Field(f.Name)))
        .Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Key, f.Value!))]);

    private Tt05Linked Link(DocumentDescription document, int index)
    {
        var fields = Edition.OfDocument(document.Kind, Form).Select(f => KeyValuePair.Create(f.Name, f.Name switch
        {
            "arcFileCode" => _fileCode,
            "docOrdinal" => (document.Ordinal ?? index + 1).ToString(CultureInfo.InvariantCulture),
            "docCode" or "arcDocCode" => document.Code,
            _ => PackageDescription.Find(document.Fields, f.Name),
        }));
        var descriptor = new SimpleDc([.. fields.Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Key, f.Value!))]);
        var path = _draft.Add(Tt05Layout.Descriptor(document.Kind, document.Id), descriptor.ToBytes());
        var isHoley = document.FetchReferences.Select(f => f.Scheme).ToHashSet(StringComparer.Ordinal);
        return new Tt05Linked(
            path, References(document.FilePaths.Where(p => !isHoley.Contains(p))), References(document.AttachmentPaths), References(document.FilePaths.Where(isHoley.Contains)));
    }

    private List<MetadataFile> Administrative()
    {
        var metadata = new List<MetadataFile> { AipMetadata.Premis(_draft.Add(Tt05Layout.Premis, PremisWriter.ToBytes(AipPremis.Package(_request, ["rep1"])))) };
        foreach (var generated in _request.Generated)
        {
            if (!generated.Path.StartsWith("metadata/", StringComparison.Ordinal))
                throw new ArgumentException($"a generated file lies under metadata/, not at {generated.Path}");
            var bytes = generated.Content.Span;
            metadata.Add(AipMetadata.Report(new ReferencedFile(
                generated.Path, bytes.Length, Core.Digests.DigestAlgorithm.Sha256.Compute(bytes), MediaTypes.Of(generated.Path))));
        }
        metadata.AddRange(_draft.AddReports(_request.EarlierReports));
        foreach (var path in _files.Keys.Where(p => p.StartsWith("metadata/other/", StringComparison.Ordinal)))
            if (_draft.TryAdd(path, _files[path])) metadata.Add(AipMetadata.Classify(path, AipDraft.Reference(path, _files[path]), _said.GetValueOrDefault(path)));
        return metadata;
    }

    private List<ReferencedFile> Documentation()
    {
        var list = new List<ReferencedFile>();
        foreach (var path in _files.Keys.Where(p => p.StartsWith("documentation/", StringComparison.Ordinal)))
            if (_draft.TryAdd(path, _files[path])) list.Add(AipDraft.Reference(path, _files[path]));
        return list;
    }

    // The descriptors change from the SIP's fields to the AIP's, so their schemas do too; other schemas are kept.
    private List<ReferencedFile> Schemas()
    {
        var list = Edition.SchemasOf(Form).Select(name => _draft.Add("schemas/" + name, Edition.ReadSchema(Form, name))).ToList();
        foreach (var path in _files.Keys.Where(p => p.StartsWith("schemas/", StringComparison.Ordinal)))
            if (_draft.TryAdd(path, _files[path])) list.Add(AipDraft.Reference(path, _files[path]));
        return list;
    }

    private ImmutableArray<ReferencedFile> References(IEnumerable<string> paths) =>
        [.. paths.Where(_files.ContainsKey).Distinct(StringComparer.Ordinal).Select(p => AipDraft.Reference(p, _files[p]))];
}
