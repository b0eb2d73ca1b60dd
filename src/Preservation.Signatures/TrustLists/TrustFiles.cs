using System.Collections.Immutable;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.TrustLists;

/// <summary>Gathers certificates, <c>anchors.json</c>, trusted lists and their signers from files and folders, and makes one set of them.</summary>
internal sealed class TrustFiles
{
    private const string SignersFolder = "list-signers";
    private const string AnchorsFile = "anchors.json";
    private const int MaxCertificateBytes = 4 << 20;
    private const int MaxAnchorsBytes = 32 << 20;
    private readonly List<TrustAnchor> _anchors = [];
    private readonly List<TrustListFile> _lists = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _signers = new(StringComparer.Ordinal);
    private readonly List<AnchorsJson.ListFamily> _families = [];

    public static TrustAnchors Load(IEnumerable<string> paths, IEnumerable<TrustListFile> lists)
    {
        var files = new TrustFiles();
        foreach (var path in paths)
        {
            if (Directory.Exists(path)) files.AddFolder(path);
            else files.Add([path], System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        }
        files._lists.AddRange(lists);
        return files.Join();
    }

    private static bool IsCertificates(string path) => Extension(path) is ".pem" or ".crt" or ".cer" or ".der";

    private static bool IsList(string path) => Extension(path) is ".xml" or ".xtsl";

    private static string Extension(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant();

    private void AddFolder(string folder) => Add(
        [.. Directory.EnumerateFiles(folder).Where(f => IsCertificates(f) || IsList(f) || System.IO.Path.GetFileName(f) == AnchorsFile).Order(StringComparer.Ordinal)], folder);

    private void Add(IReadOnlyList<string> paths, string folder)
    {
        var lists = paths.Where(IsList).ToList();
        var said = paths.Where(p => Extension(p) == ".json").ToList();
        // What is no list and no JSON was always read as certificates, whatever its name.
        var certificates = paths.Except(lists).Except(said)
            .SelectMany(p => Certificates(p).Select(c => new AnchorsJson.FiledCertificate(System.IO.Path.GetFileName(p), c))).ToList();
        var named = new HashSet<AnchorsJson.FiledCertificate>(ReferenceEqualityComparer.Instance);
        foreach (var content in said.Select(p => AnchorsJson.Read(ReadBounded(p, MaxAnchorsBytes), System.IO.Path.GetFileName(p), certificates)))
        {
            _anchors.AddRange(content.Anchors);
            _families.AddRange(content.Lists);
            // A certificate that is spoken of is believed as was said, from whichever of the files it comes.
            foreach (var filed in certificates.Where(c => content.Named.Any(n => n.Certificate.Fingerprint == c.Certificate.Fingerprint))) named.Add(filed);
        }
        _anchors.AddRange(certificates.Where(c => !named.Contains(c)).Select(c => new TrustAnchor(c.Certificate) { Source = new AnchorSource(c.File) }));
        _lists.AddRange(lists.Select(p => new TrustListFile(System.IO.Path.GetFileName(p), ReadBounded(p, SignatureLimits.Default.MaxXmlBytes))));
        AddSigners(System.IO.Path.Join(folder, SignersFolder));
    }

    private void AddSigners(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var certificate in Directory.EnumerateFiles(folder).Where(IsCertificates).Order(StringComparer.Ordinal).SelectMany(p => Certificates(p))) _signers[certificate.Fingerprint] = certificate.Encoded;
    }

    private TrustAnchors Join()
    {
        if (_lists.Count == 0) return new TrustAnchors(_anchors, []);
        var readings = TrustListVerification.Judge(_lists, _signers.Values, SignatureLimits.Default);
        return new TrustAnchors(_anchors.Concat(readings.Where(r => r.IsUsed).SelectMany(r => TrustListAnchors.Of(r, FamilyOf(r)))), readings);
    }

    private string? FamilyOf(TrustListReading reading) =>
        (_families.Find(f => f.Name == reading.Name) ?? _families.Find(f => f.Name is null && f.Territory == reading.List!.Territory))?.Family;

    private static ImmutableArray<Certificate> Certificates(string path) =>
        [.. TrustAnchors.Decode(ReadBounded(path, MaxCertificateBytes), path).Select(TrustAnchors.DecodeOne)];

    private static byte[] ReadBounded(string path, int most)
    {
        using var file = File.OpenRead(path);
        if (file.Length > most) throw new InvalidDataException($"{path} is larger than {most} bytes");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
