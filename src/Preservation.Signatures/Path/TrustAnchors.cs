using System.Collections.Immutable;

namespace Preservation.Signatures.Path;

/// <summary>Certificates an operator trusts. They come from files he names, never from the machine's store.</summary>
public sealed class TrustAnchors
{
    private const int MaxFileBytes = 4 << 20;

    internal TrustAnchors(IEnumerable<Certificate> certificates) => Certificates = [.. certificates];

    /// <summary>No trust at all.</summary>
    public static TrustAnchors None { get; } = new([]);

    /// <summary>How many there are.</summary>
    public int Count => Certificates.Length;

    /// <summary>The certificates, DER.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Encoded => Certificates.Select(c => c.Encoded);

    internal ImmutableArray<Certificate> Certificates { get; }

    /// <summary>Anchors from DER certificates.</summary>
    /// <exception cref="InvalidDataException">One of them is no certificate.</exception>
    public static TrustAnchors FromCertificates(IEnumerable<ReadOnlyMemory<byte>> encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return new TrustAnchors(encoded.Select(e => Certificate.TryDecode(e, out var certificate)
            ? certificate : throw new InvalidDataException("a trust anchor is no X.509 certificate")));
    }

    /// <summary>
    /// Loads certificates (PEM, several in a file, or DER) from files, or from folders' files named <c>*.pem *.crt *.cer *.der</c>,
    /// not from folders below. Read with <see cref="FromCertificates"/>' strictness: a trust list with a hole is not used.
    /// </summary>
    /// <exception cref="InvalidDataException">A file holds no certificate, or is larger than 4 MiB.</exception>
    /// <exception cref="IOException">A path cannot be read.</exception>
    public static TrustAnchors Load(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return FromCertificates(paths.SelectMany(Files).SelectMany(path => Decode(ReadBounded(path), path)));
    }

    /// <summary>The DER certificates of a PEM or DER file's bytes.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static ImmutableArray<ReadOnlyMemory<byte>> Decode(ReadOnlyMemory<byte> bytes, string name)
    {
        var found = Pem.Decode(bytes, "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE");
        if (found.IsEmpty) throw new InvalidDataException($"{name} holds no certificate");
        return found;
    }

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path)
            ? Directory.EnumerateFiles(path)
                .Where(f => System.IO.Path.GetExtension(f).ToLowerInvariant() is ".pem" or ".crt" or ".cer" or ".der")
                .Order(StringComparer.Ordinal)
            : [path];

    private static byte[] ReadBounded(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > MaxFileBytes) throw new InvalidDataException($"{path} is larger than {MaxFileBytes} bytes");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
