using System.Collections.Immutable;

namespace Preservation.Evidence.Planning;

/// <summary>A time-stamping authority that renewals may be asked of.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CertificateEnd">The earliest end of its certificates: how long a token of today may stand.</param>
/// <param name="Algorithms">What its tokens and certificates rest on.</param>
public sealed record AuthorityStanding(string Name, DateTimeOffset CertificateEnd, ImmutableArray<UsedAlgorithm> Algorithms);
