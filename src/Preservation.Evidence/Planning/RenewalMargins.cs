namespace Preservation.Evidence.Planning;

/// <summary>How long before an end a renewal must be done.</summary>
public sealed record RenewalMargins
{
    /// <summary>The margins of an ordinary archive.</summary>
    public static RenewalMargins Default { get; } = new();

    /// <summary>Before the end of an algorithm: a year.</summary>
    public TimeSpan Algorithm { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Before the end of a certificate: half a year.</summary>
    public TimeSpan Certificate { get; init; } = TimeSpan.FromDays(183);

    /// <summary>What is left at least of the certificate of the authority that gives a new token: a year.</summary>
    public TimeSpan NewCertificate { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How long before its day a renewal may begin, beside the time that reading takes: a quarter.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(92);
}
