using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Preservation.Core.Log;

namespace Preservation.Cli.Auditing;

/// <summary>What a receipt's seal is worth.</summary>
internal enum SealState
{
    /// <summary>It holds, by a key that was named or that the server publishes; or no key was named and nothing is published.</summary>
    Valid,

    /// <summary>No seal lies beside the receipt.</summary>
    Missing,

    /// <summary>It does not hold over these bytes.</summary>
    Broken,

    /// <summary>It holds, by a key that nobody named and the server does not know.</summary>
    UnknownKey,

    /// <summary>Its key was revoked, but evidence or the log proves that the receipt was there before.</summary>
    RevokedLater,

    /// <summary>Its key was revoked, and nothing proves that the receipt is older.</summary>
    Revoked,
}

/// <summary>The seal of a receipt.</summary>
/// <param name="State">What it is worth.</param>
/// <param name="Key">SHA-256 of the key that made it, in hexadecimal; null where there is none.</param>
/// <param name="Proof">What says that a receipt under a revoked key is older than the revocation.</param>
internal sealed record ReceiptSeal(SealState State, string? Key, SealProof? Proof = null)
{
    /// <summary>True when such a receipt may speak about the log.</summary>
    public bool MayWitness => State is SealState.Valid or SealState.Missing or SealState.RevokedLater or SealState.Revoked;

    /// <summary>A key that nobody named must be one of those that are published.</summary>
    public ReceiptSeal Among(PublishedKeys keys) => State == SealState.Valid && !keys.Has(Key!) ? this with { State = SealState.UnknownKey } : this;

    /// <summary>Checks the signature, the key it names and the keys that are pinned; of no pin every key is taken until the server's keys are known.</summary>
    public static ReceiptSeal Check(byte[] body, byte[]? seal, LogWitness witness, IReadOnlySet<string> pins)
    {
        if (seal is null) return new ReceiptSeal(SealState.Missing, null);
        try
        {
            var cms = new SignedCms(new ContentInfo(body), detached: true);
            cms.Decode(seal);
            if (cms.SignerInfos.Count != 1 || cms.SignerInfos[0].Certificate is not { } certificate) return new ReceiptSeal(SealState.Broken, null);
            cms.CheckSignature(verifySignatureOnly: true);
            var key = KeyId(certificate.PublicKey.ExportSubjectPublicKeyInfo());
            if (witness.SealKey is { } named && named != key) return new ReceiptSeal(SealState.Broken, key);
            return new ReceiptSeal(pins.Count == 0 || pins.Contains(key) ? SealState.Valid : SealState.UnknownKey, key);
        }
        catch (CryptographicException)
        {
            return new ReceiptSeal(SealState.Broken, null);
        }
    }

    /// <summary>The keys that the holder names: an id in hexadecimal, or a file with a certificate or a public key (PEM, or a certificate's DER).</summary>
    /// <exception cref="InvalidDataException">One names no key.</exception>
    public static async Task<IReadOnlySet<string>> PinsAsync(IEnumerable<string>? named, CancellationToken cancellationToken)
    {
        var pins = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in named ?? [])
            pins.Add(one.Length == 64 && one.All(char.IsAsciiHexDigit) ? one.ToLowerInvariant() : KeyId(ReadKey(one, (await MaterialFiles.ReadAsync([one], MaterialFiles.Certificates, cancellationToken))[0])));
        return pins;
    }

    private static byte[] ReadKey(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var text = System.Text.Encoding.ASCII.GetString(bytes.Span);
            if (PemEncoding.TryFind(text, out var found) && text.AsSpan()[found.Label] is "PUBLIC KEY") return Convert.FromBase64String(text[found.Base64Data]);
            using var certificate = PemEncoding.TryFind(text, out _) ? X509Certificate2.CreateFromPem(text) : X509CertificateLoader.LoadCertificate(bytes.Span);
            return certificate.PublicKey.ExportSubjectPublicKeyInfo();
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new InvalidDataException($"{path} holds no certificate and no public key", e);
        }
    }

    private static string KeyId(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key));
}
