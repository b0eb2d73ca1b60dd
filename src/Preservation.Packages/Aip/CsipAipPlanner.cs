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

    public void Plan()
    {
        var metadata = new List<MetadataFile>();
        var groups = new Dictionary<string, List<ReferencedFile>>(StringComparer.Ordinal);
        var mapped = _request.Current.Values.Select(f => (Path: Map(f.Path), File: f)).Where(m => m.Path is not null)
            .Select(m => (Path: m.Path!, m.File)).OrderBy(m => m.Path, StringComparer.Ordinal).ToList();
        foreach (var file in _request.Generated) AddGenerated(file, metadata, groups);
        metadata.AddRange(_draft.AddReports(_request.EarlierReports));
        var reps = mapped.Where(m => m.Path.StartsWith("representations/", StringComparison.Ordinal)).GroupBy(m => m.Path.Split('/')[1], StringComparer.Ordinal).ToList();
        var premis = AipPremis.Package(_request, reps.Select(r => r.Key));
        metadata.Add(AipMetadata.Premis(_draft.Add("metadata/preservation/PREMIS.xml", PremisWriter.ToBytes(premis))));
        if (_request.Description.Kind == PackageKind.BagIt)
            metadata.Add(new MetadataFile(MetsSection.Descriptive, _draft.Add("metadata/descriptive/dc.xml", DublinCore.Of(_request.Description)), "DC", null, "SimpleDC20021212"));
        foreach (var (path, file) in mapped.Where(m => !m.Path.StartsWith("representations/", StringComparison.Ordinal)))
            if (_draft.TryAdd(path, file)) Sort(path, path, file, metadata, groups);
        var repMets = reps.Select(r => Representation(r.Key, r)).ToList();
        groups["Submission"] = [.. _request.Received.Select(f => AipDraft.Reference(f.Path, f.File))];
        var mets = new CsipMets(_parts).Document(
            Frame(_request.Id) with { Label = _request.Description.Title, RecordStatus = _request.Description.RecordStatus, AltRecordIds = Codes() }, "", metadata, Written(groups), repMets);
        _draft.Add(MetsNames.FileName, MetsWriter.ToBytes(mets));
    }

    private ReferencedFile Representation(string rep, IEnumerable<(string Path, SubmittedFile File)> files)
    {
        var folder = "representations/" + rep;
        var metadata = new List<MetadataFile>();
        var groups = new Dictionary<string, List<ReferencedFile>>(StringComparer.Ordinal);
        var data = new List<(string, SubmittedFile)>();
        foreach (var (path, file) in files)
        {
            if (!_draft.TryAdd(path, file)) continue;
            if (Sort(path, path[(folder.Length + 1)..], file, metadata, groups) == "Data") data.Add((path, file));
        }
        var premis = PremisWriter.ToBytes(AipPremis.OfRepresentation(_request, rep, data));
        var premisPath = $"{folder}/metadata/preservation/PREMIS_{rep}.xml";
        if (_draft.Has(premisPath)) premisPath = $"{folder}/metadata/preservation/PREMIS_{rep}_{NameUuid.From(_request.Id + premisPath)}.xml";
        metadata.Add(AipMetadata.Premis(_draft.Add(premisPath, premis)));
        var mets = new CsipMets(_parts).Document(Frame(rep), folder, metadata, Written(groups), []);
        return _draft.Add(folder + "/" + MetsNames.FileName, MetsWriter.ToBytes(mets));
    }

    private static Dictionary<string, IEnumerable<ReferencedFile>> Written(Dictionary<string, List<ReferencedFile>> groups) =>
        groups.ToDictionary(g => g.Key, IEnumerable<ReferencedFile> (g) => g.Value, StringComparer.Ordinal);

    private string Sort(
        string path, string inFolder, SubmittedFile file, List<MetadataFile> metadata, Dictionary<string, List<ReferencedFile>> groups)
    {
        var reference = AipDraft.Reference(path, file);
        if (inFolder.StartsWith(Metadata, StringComparison.Ordinal))
        {
            metadata.Add(AipMetadata.Classify(inFolder, reference with { MimeType = MediaTypes.Of(path) }, _said.GetValueOrDefault(file.Path)));
            return "Metadata";
        }
        var use = inFolder.StartsWith("schemas/", StringComparison.Ordinal) ? "Schemas"
            : inFolder.StartsWith("documentation/", StringComparison.Ordinal) ? "Documentation" : "Data";
        AddTo(groups, use, reference);
        return use;
    }

    private static void AddGenerated(GeneratedFile file, List<MetadataFile> metadata, Dictionary<string, List<ReferencedFile>> groups)
    {
        var bytes = file.Content.Span;
        var reference = new ReferencedFile(file.Path, bytes.Length, Core.Digests.DigestAlgorithm.Sha256.Compute(bytes), MediaTypes.Of(file.Path));
        if (file.Path.StartsWith(Metadata, StringComparison.Ordinal)) metadata.Add(AipMetadata.Report(reference));
        else if (file.Path.StartsWith("documentation/", StringComparison.Ordinal)) AddTo(groups, "Documentation", reference);
        else throw new ArgumentException($"a generated file lies under metadata/ or documentation/, not at {file.Path}", nameof(file));
    }

    // METS documents are written anew; what stands beside the known folders becomes rep1 only if there is no representation at all.
    private string? Map(string path)
    {
        if (_request.Description.Kind == PackageKind.BagIt) return AipPlanner.PathInAip(PackageKind.BagIt, path);
        if (path == MetsNames.FileName) return null;
        if (path.StartsWith("representations/", StringComparison.Ordinal))
            return path.Split('/') is [_, _, MetsNames.FileName] or [_, _] ? null : path;
        return path.StartsWith(Metadata, StringComparison.Ordinal) || path.StartsWith("schemas/", StringComparison.Ordinal)
            || path.StartsWith("documentation/", StringComparison.Ordinal) ? path : null;
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

    private static void AddTo(Dictionary<string, List<ReferencedFile>> groups, string use, ReferencedFile file)
    {
        if (!groups.TryGetValue(use, out var list)) groups[use] = list = [];
        list.Add(file);
    }
}
