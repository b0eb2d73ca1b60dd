using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Eark;

/// <summary>
/// The <c>file</c> elements of one METS document, held against CSIP67–CSIP79 and SIP32–SIP35 as they stream by. What is kept of each is its
/// identifier and its group.
/// </summary>
internal sealed class EarkFileEntries
{
    private readonly PackageFiles _files;
    private readonly EarkPromises _promises;
    private readonly EarkFormats _formats;
    private readonly string _path;
    private readonly string _folder;
    private readonly bool _isPart;
    private readonly NameSet _ids = new();
    private readonly PieceList<int> _groups = new();
    private readonly PieceList<int> _listed = new();
    private readonly HashSet<(string? Label, int Group)> _pointed = [];
    private readonly Dictionary<(string Rule, string Id), int> _unknown = [];
    private readonly List<(string Id, string Path)> _representations = [];
    private HashSet<string>? _administrative;
    private HashSet<string> _descriptive = [];
    private string? _edition;

    /// <param name="files">The package.</param>
    /// <param name="path">Path of the document.</param>
    /// <param name="edition">Edition of the rules; null for the package's own document, which names it.</param>
    /// <param name="promises">What all documents promise.</param>
    /// <param name="formats">The format attributes of all documents.</param>
    public EarkFileEntries(PackageFiles files, string path, string? edition, EarkPromises promises, EarkFormats formats)
    {
        (_files, _path, _edition, _promises, _formats) = (files, path, edition, promises, formats);
        _folder = path[..Math.Max(path.LastIndexOf('/'), 0)];
        _isPart = EarkDocument.IsPartName(path[(path.LastIndexOf('/') + 1)..]);
        Visitor = new MetsVisitor(Take, Point);
    }

    /// <summary>To be given to the reader.</summary>
    public MetsVisitor Visitor { get; }

    /// <summary>The METS documents of representations among the files: identifier of the entry, and path.</summary>
    public IEnumerable<(string Id, string Path)> Representations => _representations;

    /// <summary>The files that one part of a divided representation lists.</summary>
    public PieceList<int> Listed => _listed;

    /// <summary>True when a file has this identifier.</summary>
    public bool Has(string id) => _ids.Find(id) >= 0;

    /// <summary>Number of the group of the file with this identifier, or -1.</summary>
    public int GroupOf(string id) => _ids.Find(id) is >= 0 and var number ? _groups[number] : -1;

    /// <summary>The groups of the files that divisions with this label point at.</summary>
    public IEnumerable<int> PointedFrom(string label) => _pointed.Where(p => p.Label == label).Select(p => p.Group);

    /// <summary>References of files to metadata sections that the document turned out not to have: rule, identifier, how often.</summary>
    public IEnumerable<(string Rule, int Count)> Dangling(IReadOnlySet<string> administrative, IReadOnlySet<string> descriptive) =>
        _unknown.Where(u => !(u.Key.Rule == "CSIP74" ? administrative : descriptive).Contains(u.Key.Id)).Select(u => (u.Key.Rule, u.Value));

    internal static HashSet<string> AdministrativeIds(MetsDocument mets) =>
        mets.Administrative.SelectMany(a => a.Sections.Select(s => s.Id).Prepend(a.Id)).OfType<string>().ToHashSet(StringComparer.Ordinal);

    internal static HashSet<string> DescriptiveIds(MetsDocument mets) => mets.Descriptive.Select(d => d.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private void Take(MetsDocument soFar, MetsFileGroup group, MetsFile file)
    {
        if (_administrative is null)
        {
            _promises.Edition = _edition ??= EarkRules.VersionOf(soFar.Profile);
            _administrative = AdministrativeIds(soFar);
            _descriptive = DescriptiveIds(soFar);
        }
        Identify(group, file);
        Need(EarkMetadataCheck.IsMediaType(file.MimeType), "CSIP68", "@MIMETYPE");
        Need(EarkMetadataCheck.IsLength(file.Size), "CSIP69", "@SIZE");
        Need(Tt05MetsCheck.IsInstant(file.Created), "CSIP70", "@CREATED");
        Need(EarkVocabulary.IsChecksumType(file.ChecksumType), "CSIP72", "@CHECKSUMTYPE");
        Span<byte> digest = stackalloc byte[Digest.MaxBytes];
        var algorithm = DigestAlgorithm.FindInPackage(file.ChecksumType);
        var isDigest = algorithm is not null && Digest.TryDecode(algorithm, file.Checksum, digest);
        Need(isDigest || (algorithm is null && !string.IsNullOrEmpty(file.Checksum)), "CSIP71", "@CHECKSUM");
        Need(file.OwnerId is null || !string.IsNullOrWhiteSpace(file.OwnerId), "CSIP73", "@OWNERID");
        foreach (var id in file.AdmIds) Refer("CSIP74", id, _administrative);
        foreach (var id in file.DmdIds) Refer("CSIP75", id, _descriptive);
        if (!Need(file.Location is not null && file.LocationCount == 1, "CSIP76", "FLocat ×1") && file.Location is null) return;
        Need(file.Location!.LocType == "URL", "CSIP77", "URL");
        Need(file.Location.LinkType == "simple", "CSIP78", "simple");
        var path = MetsHref.Resolve(file.Location.Href, _folder, _files.Has);
        _formats.Take(file, path, _path);
        var number = path is null ? -1 : _files.Index.FindFile(path);
        if (!Need(number >= 0, "CSIP79", file.Location.Href is null ? "@xlink:href" : "file", path: path)) return;
        if (EarkFileCheck.FolderOf(group) is { } folder) Need(("/" + path).Contains($"/{folder}/", StringComparison.Ordinal), folder == "schemas" ? "CSIPSTR15" : "CSIPSTR16", folder + "/", path: path);
        _promises.Add(number, _path, "CSIP69", "CSIP71", EarkMetadataCheck.Length(file.Size), isDigest ? algorithm : null, digest);
        if (_isPart) _listed.Add(number);
        if (file.Id is not null && EarkDocument.IsRepresentation(path!)) _representations.Add((file.Id, path!));
    }

    private void Identify(MetsFileGroup group, MetsFile file)
    {
        if (Need(!string.IsNullOrEmpty(file.Id) && _ids.TryAdd(file.Id, out _), "CSIP67", "file/@ID", file.Id)) _groups.Add(group.Number);
    }

    // METS documents may have their sections in another order than the schema's: what is not known yet is asked again at the end.
    private void Refer(string rule, string id, HashSet<string> known)
    {
        if (!known.Contains(id)) _unknown[(rule, id)] = _unknown.GetValueOrDefault((rule, id)) + 1;
    }

    private bool Point(MetsDiv div, string fileId)
    {
        var group = GroupOf(fileId);
        if (group < 0 || _representations.Exists(r => r.Id == fileId)) return false;
        _pointed.Add((div.Label, group));
        return true;
    }

    private bool Need(bool claim, string id, string? expected = null, string? found = null, string? path = null)
    {
        if (!claim) _files.Findings.Add(EarkRules.Get(id, _edition!), path ?? _path, expected, found);
        return claim;
    }
}
