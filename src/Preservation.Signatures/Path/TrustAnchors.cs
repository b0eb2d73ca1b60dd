using System.Collections.Immutable;
using System.Security.Cryptography;
using Preservation.Core.Findings;
using Preservation.Signatures.TrustLists;

namespace Preservation.Signatures.Path;

/// <summary>Certificates an operator trusts, each with its family and the time it is believed for. They come from files he names, never from the machine's store.</summary>
public sealed class TrustAnchors
{
    private readonly Lazy<byte[]> _json;

    internal TrustAnchors(IEnumerable<TrustAnchor> anchors, ImmutableArray<TrustListReading> lists)
    {
        All = [.. anchors.DistinctBy(AnchorsJson.Key).OrderBy(AnchorsJson.Key, StringComparer.Ordinal)];
        Certificates = [.. All.Select(a => a.Certificate).DistinctBy(c => c.Fingerprint)];
        Lists = lists;
        _json = new Lazy<byte[]>(() => AnchorsJson.Write(All));
    }

    /// <summary>No trust at all.</summary>
    public static TrustAnchors None { get; } = new([], []);

    /// <summary>All anchors; a certificate that is believed for several times or in several families stands in it several times.</summary>
    public ImmutableArray<TrustAnchor> All { get; }

    /// <summary>How many there are.</summary>
    public int Count => All.Length;

    /// <summary>The certificates, DER, each once.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Encoded => Certificates.Select(c => c.Encoded);

    /// <summary>The trusted lists that were looked at, those that were refused too.</summary>
    public ImmutableArray<TrustListReading> Lists { get; }

    /// <summary>
    /// The set as JSON, in an order that does not depend on where it came from: certificates, families, dates, sources. <see cref="Read"/> makes the same set
    /// of it, and a folder's <c>anchors.json</c> has the same form.
    /// </summary>
    public ReadOnlyMemory<byte> Json => _json.Value;

    /// <summary>SHA-256 of <see cref="Json"/>, hexadecimal; empty without anchors.</summary>
    public string Sha256 => All.IsEmpty ? "" : Convert.ToHexStringLower(SHA256.HashData(_json.Value));

    internal ImmutableArray<Certificate> Certificates { get; }

    /// <summary>Why lists or parts of them are not used at this time: what was found when they were read, and those that should have been replaced by now.</summary>
    public ImmutableArray<Finding> FindingsAt(DateTimeOffset now) => [.. Lists.SelectMany(l => l.FindingsAt(now))];

    /// <summary>Anchors from DER certificates.</summary>
    /// <exception cref="InvalidDataException">One of them is no certificate.</exception>
    public static TrustAnchors FromCertificates(IEnumerable<ReadOnlyMemory<byte>> encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return new TrustAnchors(encoded.Select(e => new TrustAnchor(DecodeOne(e))), []);
    }

    /// <summary>
    /// Loads what ends a path from files or folders, not from folders below: certificates (PEM, several in a file, or DER; in a folder <c>*.pem *.crt *.cer
    /// *.der</c>), <c>anchors.json</c> with families and dates, and trusted lists (<c>*.xml *.xtsl</c>), which are believed when one of the certificates in
    /// <c>list-signers</c> beside them, or a list of lists so signed, vouches for them. Certificates and <c>anchors.json</c> are read strictly: trust with a hole
    /// is not used. A list that does not hold is left out and told of in <see cref="Lists"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">A file holds no certificate or is malformed, or is larger than allowed.</exception>
    /// <exception cref="IOException">A path cannot be read.</exception>
    public static TrustAnchors Load(IEnumerable<string> paths) => Load(paths, []);

    /// <summary>The same with trusted lists that were got elsewhere; the same signers must vouch for them.</summary>
    /// <exception cref="InvalidDataException">As above.</exception>
    /// <exception cref="IOException">A path cannot be read.</exception>
    public static TrustAnchors Load(IEnumerable<string> paths, IEnumerable<TrustListFile> lists)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(lists);
        return TrustFiles.Load(paths, lists);
    }

    /// <summary>The set that <see cref="Json"/> was written of.</summary>
    /// <exception cref="InvalidDataException">It is malformed, or names certificates that it does not hold.</exception>
    public static TrustAnchors Read(ReadOnlyMemory<byte> json) => new(AnchorsJson.Read(json, "the set of anchors", []).Anchors, []);

    /// <summary>The DER certificates of a PEM or DER file's bytes.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static ImmutableArray<ReadOnlyMemory<byte>> Decode(ReadOnlyMemory<byte> bytes, string name)
    {
        var found = Pem.Decode(bytes, "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE");
        if (found.IsEmpty) throw new InvalidDataException($"{name} holds no certificate");
        return found;
    }

    internal static Certificate DecodeOne(ReadOnlyMemory<byte> encoded) =>
        Certificate.TryDecode(encoded, out var certificate) ? certificate : throw new InvalidDataException("a trust anchor is no X.509 certificate");
}
