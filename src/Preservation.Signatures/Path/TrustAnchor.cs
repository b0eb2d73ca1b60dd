namespace Preservation.Signatures.Path;

/// <summary>A certificate that ends a path, with the time for which its operator or a trusted list vouches for it.</summary>
public sealed record TrustAnchor
{
    private readonly DateTimeOffset? _from;
    private readonly DateTimeOffset? _until;

    internal TrustAnchor(Certificate certificate) => Certificate = certificate;

    internal Certificate Certificate { get; }

    /// <summary>The certificate, DER.</summary>
    public ReadOnlyMemory<byte> Encoded => Certificate.Encoded;

    /// <summary>SHA-256 of the certificate, hexadecimal.</summary>
    public string Sha256 => Certificate.Fingerprint;

    /// <summary>One of <see cref="AnchorFamily"/>; null where nobody said.</summary>
    public string? Family { get; init; }

    /// <summary>From when it is believed, to the second; null for always.</summary>
    public DateTimeOffset? From { get => _from; init => _from = ToSeconds(value); }

    /// <summary>The moment from which it is no longer believed, to the second; null while nobody withdrew it.</summary>
    public DateTimeOffset? Until { get => _until; init => _until = ToSeconds(value); }

    /// <summary>Where it was named; null when it was handed over as bytes.</summary>
    public AnchorSource? Source { get; init; }

    /// <summary>What the operator noted.</summary>
    public string? Note { get; init; }

    /// <summary>Is the list it comes from out of date.</summary>
    internal bool IsStale(DateTimeOffset now) => Source?.NextUpdate < now;

    /// <summary>Was it vouched for then (TS 119 612 §5.5.5).</summary>
    internal bool IsBelieved(DateTimeOffset at) => !(at < From) && !(at >= Until);

    internal bool IsFor(PathPurpose purpose) => Family != AnchorFamily.TimeStamping || purpose != PathPurpose.Signing;

    private static DateTimeOffset? ToSeconds(DateTimeOffset? time) => time is { } value ? value.ToUniversalTime().AddTicks(-(value.Ticks % TimeSpan.TicksPerSecond)) : null;
}
