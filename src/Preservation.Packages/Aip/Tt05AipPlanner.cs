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
    private const string Documentation = "documentation/";
    private const string OtherMetadata = "metadata/other/";
    private const string SchemaFolder = "schemas/";
    private readonly AipRequest _request;
    private readonly AipDraft _draft;
    private readonly Dictionary<string, DescribedMetadata> _said;
    private readonly string? _fileCode;

    public Tt05AipPlanner(AipRequest request, AipDraft draft)
    {
        _request = request;
        _draft = draft;
        _said = request.Description.Metadata.GroupBy(m => m.Path).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var code = request.Description.Field("fileCode") ?? request.Description.Field("arcFileCode");
        _fileCode = request.ArchiveCode is null || code is null ? code : $"{request.ArchiveCode}.{code}";
    }

    /// <summary>Makes what the AIP has beside the submitted files; gives back what of those it shows.</summary>
    public IEnumerable<(string Path, SubmittedFile File)> Plan()
    {
        var parts = new MetsParts(PackageZip.VietnameseTime(_request.Created), key => NameUuid.From(_request.Id + "|" + key));
        var mets = new Tt05Mets(Frame(), parts);
        var linked = _request.Description.Documents.Select(Link).ToList();
        var used = linked.SelectMany(l => l.Files.Concat(l.Attachments).Concat(l.Holey)).Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var repPremis = AipPremis.OfRepresentation(_request, "rep1", Shown(Tt05Layout.Data));
        var premis = AipMetadata.Premis(_draft.Add(Tt05Layout.RepPremis, stream => PremisWriter.Write(stream, repPremis)));
        var rep = mets.Representation(linked, References(Shown(Tt05Layout.Data).Where(f => !used.Contains(f.Path))), premis);
        var repMets = _draft.Add(Tt05Layout.RepMets, stream => MetsWriter.Write(stream, rep));
        var ead = _draft.Add(Tt05Layout.Ead, Dossier().ToBytes());
        var administrative = Administrative();
        var schemas = Edition.SchemasOf(Form).Select(name => _draft.Add(SchemaFolder + name, Edition.ReadSchema(Form, name))).ToList();
        var groups = new Dictionary<string, IEnumerable<ReferencedFile>>(StringComparer.Ordinal)
        {
            ["Documentation"] = References(Shown(Documentation)),
            // The descriptors change from the SIP's fields to the AIP's, so their schemas do too; other schemas are kept.
            ["Schemas"] = schemas.Concat(References(Shown(SchemaFolder))),
            ["Submission"] = References(_request.Received),
        };
        var root = mets.Root(ead, administrative, groups, repMets);
        _draft.Add(MetsNames.FileName, stream => MetsWriter.Write(stream, root));
        return Shown(Documentation).Concat(Shown(OtherMetadata)).Concat(Shown(Tt05Layout.Data)).Concat(Shown(SchemaFolder));
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
        var metadata = new List<MetadataFile> { AipMetadata.Premis(_draft.Add(Tt05Layout.Premis, stream => PremisWriter.Write(stream, AipPremis.Package(_request, ["rep1"])))) };
        foreach (var generated in _request.Generated)
        {
            if (!generated.Path.StartsWith("metadata/", StringComparison.Ordinal))
                throw new ArgumentException($"a generated file lies under metadata/, not at {generated.Path}");
            var bytes = generated.Content.Span;
            metadata.Add(AipMetadata.Report(new ReferencedFile(
                generated.Path, bytes.Length, Core.Digests.DigestAlgorithm.Sha256.Compute(bytes), MediaTypes.Of(generated.Path))));
        }
        metadata.AddRange(_draft.Reports());
        metadata.AddRange(Shown(OtherMetadata).Select(f => AipMetadata.Classify(f.Path, AipDraft.Reference(f.Path, f.File), _said.GetValueOrDefault(f.Path))));
        return metadata;
    }

    // What is made here keeps its path.
    private IEnumerable<(string Path, SubmittedFile File)> Shown(string prefix) => _draft.Current.Under(prefix).Where(f => !_draft.Has(f.Path)).Select(f => (f.Path, f));

    private static IEnumerable<ReferencedFile> References(IEnumerable<(string Path, SubmittedFile File)> files) => files.Select(f => AipDraft.Reference(f.Path, f.File));

    private ImmutableArray<ReferencedFile> References(IEnumerable<string> paths) =>
        [.. paths.Distinct(StringComparer.Ordinal).Select(_draft.Current.Find).OfType<SubmittedFile>().Select(f => AipDraft.Reference(f.Path, f))];
}
