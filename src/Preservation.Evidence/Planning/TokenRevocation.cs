namespace Preservation.Evidence.Planning;

/// <summary>A revocation, announced or in force, of a certificate above a time-stamp.</summary>
/// <param name="From">From when.</param>
/// <param name="IsCompromise">
/// The key may be in foreign hands, or no reason was given: what is not renewed before <paramref name="From"/> proves nothing. Otherwise
/// (superseded, affiliation changed, operation ended: RFC 3161 §4) older time-stamps stand, and are renewed at once all the same.
/// </param>
public sealed record TokenRevocation(DateTimeOffset From, bool IsCompromise);
