using System.Security.Cryptography;
using Preservation.Signatures.Facts;

namespace Preservation.Signatures.Validation;

/// <summary>What is proven to have existed since when (EN 319 102-1 §5.6.2.3). Everything exists now; time-stamps that hold prove earlier times.</summary>
internal sealed class ProofsOfExistence(DateTimeOffset now)
{
    private readonly Dictionary<string, DateTimeOffset> _earliest = new(StringComparer.Ordinal);

    /// <summary>The key of the value of a signature.</summary>
    public static string Signature(string id) => "signature " + id;

    /// <summary>The key of a certificate, a list, a response or a token.</summary>
    public static string Bytes(ReadOnlyMemory<byte> encoded) => Convert.ToHexStringLower(SHA256.HashData(encoded.Span));

    /// <summary>The earliest time proven, or now.</summary>
    public DateTimeOffset Of(string key) => _earliest.TryGetValue(key, out var time) && time < now ? time : now;

    public void Add(string key, DateTimeOffset time)
    {
        if (!_earliest.TryGetValue(key, out var known) || time < known) _earliest[key] = time;
    }

    public void Add(EmbeddedMaterial material, DateTimeOffset time)
    {
        foreach (var encoded in material.Certificates.Concat(material.Crls).Concat(material.OcspResponses)) Add(Bytes(encoded), time);
    }
}
