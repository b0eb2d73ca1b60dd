using System.Collections.Immutable;

namespace Preservation.Signatures.TrustLists;

/// <summary>What a service was and how it stood from a moment on: its present (TS 119 612 §5.5) or an instance of its history (§5.6).</summary>
/// <param name="Type">Service type identifier, a URI (§5.5.1).</param>
/// <param name="Status">A URI (§5.5.4).</param>
/// <param name="Since">When the status began (§5.5.5).</param>
/// <param name="Identity">Its key (§5.5.3); in the history often without certificates.</param>
public sealed record TrustServicePeriod(string Type, string Status, DateTimeOffset Since, ServiceIdentity Identity)
{
    /// <summary>URIs of AdditionalServiceInformation (§5.5.9.4): what the service may be used for.</summary>
    public ImmutableArray<string> AdditionalInformation { get; init; } = [];

    /// <summary>Other extensions that are known (§5.5.9), as text: local name and content, white space folded, at most 4,000 characters each.</summary>
    public ImmutableArray<string> Extensions { get; init; } = [];

    /// <summary>Names of critical extensions that are not known here: nothing is concluded from such a period (§5.5.9).</summary>
    public ImmutableArray<string> UnknownCritical { get; init; } = [];
}
