namespace Preservation.Signatures.Path;

/// <summary>Where an anchor was named.</summary>
/// <param name="Name">File name, or the address a trusted list was fetched from.</param>
public sealed record AnchorSource(string Name)
{
    /// <summary>Territory of the trusted list (TS 119 612 §5.3.10); null for a certificate file.</summary>
    public string? Territory { get; init; }

    /// <summary>Sequence number of the trusted list (§5.3.2).</summary>
    public long? SequenceNumber { get; init; }

    /// <summary>SHA-256 of the trusted list, hexadecimal.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Trust service provider (§5.4.1).</summary>
    public string? Provider { get; init; }

    /// <summary>Service (§5.5.2).</summary>
    public string? Service { get; init; }

    /// <summary>When the list, or the one that vouches for it, must have been replaced (§5.3.15); the anchor is not believed later.</summary>
    public DateTimeOffset? NextUpdate { get; init; }
}
