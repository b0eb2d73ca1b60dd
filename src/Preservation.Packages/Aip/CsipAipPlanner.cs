using System.Collections.Immutable;
using System.Globalization;
using Preservation.Packages.Description;
using Preservation.Packages.Eark;
using Preservation.Packages.Mets;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Aip;

/// <summary>AIPs of CSIP/AIP 2.2.0: from E-ARK SIPs, whose representations are kept, and from bags, whose payload becomes rep1.</summary>
internal sealed class CsipAipPlanner
{
    private const string Metadata = "metadata/";
    private const string Schemas = "schemas/";
    private const string Documentation = "documentation/";
    private const string Representations = "representations/";
    private const string Data = "data/";
    private const string Payload = "representations/rep1/";
    private readonly AipRequest _request;
    private readonly AipDraft _draft;
    private readonly MetsParts _parts;
    private readonly Dictionary<string, DescribedMetadata> _said;

    public CsipAipPlanner(AipRequest request, AipDraft draft)
    {
        _request = request;
        _draft = draft;
        _parts = new MetsParts(
            request.Created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), key => NameUuid.From(request.Id + "|" + key));
        _said = request.Description.Metadata.GroupBy(m => m.Path).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    }

    /// <summary>Makes what the AIP has beside the submitted files; gives back what of those it shows.</summary>
    public IEnumerable<(string Path, SubmittedFile File)> Plan()
    {
        var metadata = new List<MetadataFile>();
        var documentation = new List<ReferencedFile>();
        foreach (var file in _request.Generated) AddGenerated(file, metadata, documentation);
        metadata.AddRange(_draft.Reports());
        var reps = Mapped(Representations).Select(m => m.Path.Split('/')[1]).Distinct(StringComparer.Ordinal).ToList();
        var premis = AipPremis.Package(_request, reps);
        metadata.Add(AipMetadata.Premis(_draft.Add("metadata/preservation/PREMIS.xml", stream => PremisWriter.Write(stream, premis))));
        if (_request.Description.Kind == PackageKind.BagIt)
            metadata.Add(new MetadataFile(MetsSection.Descriptive, _draft.Add("metadata/descriptive/dc.xml", DublinCore.Of(_request.Description)), "DC", null, "SimpleDC20021212"));
        metadata.AddRange(Shown(Metadata).Select(m => Classify(m.Path, m.Path, m.File)));
        var repMets = reps.Select(Representation).ToList();
        var groups = Groups(
            ("Documentation", documentation.Concat(References(Shown(Documentation)))), ("Schemas", References(Shown(Schemas))),
            ("Submission", _request.Received.Select(f => AipDraft.Reference(f.Path, f.File))));
        var mets = new CsipMets(_parts).Document(
            Frame(_request.Id) with { Label = _request.Description.Title, RecordStatus = _request.Description.RecordStatus, AltRecordIds = Codes() }, "", metadata, groups, repMets);
        _draft.Add(MetsNames.FileName, stream => MetsWriter.Write(stream, mets));
        return Shown(Documentation).Concat(Shown(Metadata)).Concat(Mapped(Representations)).Concat(Shown(Schemas));
    }

    private ReferencedFile Representation(string rep)
    {
        var folder = $"{Representations}{rep}/";
        var data = Mapped(folder).Where(m => !InFolder(m.Path, folder, Metadata, Schemas, Documentation));
        var metadata = Mapped(folder + Metadata).Select(m => Classify(m.Path, m.Path[folder.Length..], m.File)).ToList();
        var premis = AipPremis.OfRepresentation(_request, rep, data);
        var premisPath = $"{folder}metadata/preservation/PREMIS_{rep}.xml";
        if (Mapped(premisPath).Any(m => m.Path == premisPath)) premisPath = $"{folder}metadata/preservation/PREMIS_{rep}_{NameUuid.From(_request.Id + premisPath)}.xml";
        metadata.Add(AipMetadata.Premis(_draft.Add(premisPath, stream => PremisWriter.Write(stream, premis))));
        var groups = Groups(("Data", References(data)), ("Schemas", References(Mapped(folder + Schemas))), ("Documentation", References(Mapped(folder + Documentation))));
        var mets = new CsipMets(_parts).Document(Frame(rep), folder[..^1], metadata, groups, []);
        return _draft.Add(folder + MetsNames.FileName, stream => MetsWriter.Write(stream, mets));
    }

    private static Dictionary<string, IEnumerable<ReferencedFile>> Groups(params (string Use, IEnumerable<ReferencedFile> Files)[] groups) =>
        groups.Where(g => g.Use == "Submission" || g.Files.Any()).ToDictionary(g => g.Use, g => g.Files, StringComparer.Ordinal);

    private static IEnumerable<ReferencedFile> References(IEnumerable<(string Path, SubmittedFile File)> files) => files.Select(f => AipDraft.Reference(f.Path, f.File));

    private static bool InFolder(string path, string folder, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (path.AsSpan(folder.Length).StartsWith(name, StringComparison.Ordinal)) return true;
        return false;
    }

    private MetadataFile Classify(string path, string inFolder, SubmittedFile file) =>
        AipMetadata.Classify(inFolder, AipDraft.Reference(path, file) with { MimeType = MediaTypes.Of(path) }, _said.GetValueOrDefault(file.Path));

    // What is made here keeps its path.
    private IEnumerable<(string Path, SubmittedFile File)> Shown(string prefix) => Mapped(prefix).Where(m => !_draft.Has(m.Path));

    // METS documents are written anew; what stands beside the known folders becomes rep1 only if there is no representation at all.
    private IEnumerable<(string Path, SubmittedFile File)> Mapped(string prefix)
    {
        if (_request.Description.Kind != PackageKind.BagIt)
            return _draft.Current.Under(prefix).Where(f => !(f.Path.StartsWith(Representations, StringComparison.Ordinal) && f.Path.Split('/') is [_, _, MetsNames.FileName] or [_, _])).Select(f => (f.Path, f));
        var payload = prefix.StartsWith(Payload, StringComparison.Ordinal) ? prefix[Payload.Length..] : Payload.StartsWith(prefix, StringComparison.Ordinal) ? "" : null;
        if (payload is null || !(payload.StartsWith(Data, StringComparison.Ordinal) || Data.StartsWith(payload, StringComparison.Ordinal))) return [];
        return _draft.Current.Under(payload.Length > Data.Length ? payload : Data).Select(f => (AipPlanner.PathInAip(PackageKind.BagIt, f.Path)!, f));
    }

    private static void AddGenerated(GeneratedFile file, List<MetadataFile> metadata, List<ReferencedFile> documentation)
    {
        var bytes = file.Content.Span;
        var reference = new ReferencedFile(file.Path, bytes.Length, Core.Digests.DigestAlgorithm.Sha256.Compute(bytes), MediaTypes.Of(file.Path));
        if (file.Path.StartsWith(Metadata, StringComparison.Ordinal)) metadata.Add(AipMetadata.Report(reference));
        else if (file.Path.StartsWith(Documentation, StringComparison.Ordinal)) documentation.Add(reference);
        else throw new ArgumentException($"a generated file lies under metadata/ or documentation/, not at {file.Path}", nameof(file));
    }

    private CsipFrame Frame(string objId) => new()
    {
        ObjId = objId, Type = _request.Description.ContentCategory ?? "Mixed", Profile = MetsNames.AipProfile, PackageType = "AIP", Agents = Agents(),
    };

    private ImmutableArray<MetsAgent> Agents()
    {
        var software = CsipFrame.SoftwareAgent(_request.Software);
        return _request.Description.AgencyName is { Length: > 0 } name
            ? [software, CsipFrame.Organisation("ARCHIVIST", name, _request.Description.AgencyCode ?? _request.Description.FondsCode)]
            : [software];
    }

    private ImmutableArray<MetsAltRecordId> Codes() =>
        _request.Description.RegistrationCode is { Length: > 0 } code ? [new MetsAltRecordId("SUBMISSIONAGREEMENT", code)] : [];
}
