namespace Preservation.Catalogue.Model;

/// <summary>A key that receipts are or were sealed with.</summary>
public sealed class SealKey
{
    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo) in hexadecimal.</summary>
    public required string Id { get; set; }

    /// <summary>Its certificate, DER.</summary>
    public required byte[] Certificate { get; set; }

    /// <summary>As people call it: <c>RSA 3072</c>, <c>ECDSA 256</c>.</summary>
    public required string Algorithm { get; set; }

    public required DateTimeOffset ValidFrom { get; set; }

    /// <summary>From when on it seals no more.</summary>
    public required DateTimeOffset ValidUntil { get; set; }

    public required DateTimeOffset FirstSeenAt { get; set; }
}
