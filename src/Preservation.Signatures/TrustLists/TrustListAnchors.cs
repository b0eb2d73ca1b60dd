using System.Security.Cryptography;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.TrustLists;

/// <summary>
/// The anchors a list that is used gives: certificates of its authorities and time-stamping authorities, each for the times in which the scheme vouched for
/// the service (TS 119 612 §5.5.4–§5.6). A withdrawn service is believed up to its withdrawal.
/// </summary>
internal static class TrustListAnchors
{
    /// <param name="reading">The list.</param>
    /// <param name="family">What the operator calls its authorities; time-stamping authorities are told by their type.</param>
    public static IEnumerable<TrustAnchor> Of(TrustListReading reading, string? family)
    {
        var list = reading.List!;
        foreach (var provider in list.Providers)
            foreach (var service in provider.Services)
                foreach (var certificate in service.Periods.SelectMany(p => p.Identity.Certificates).DistinctBy(c => Convert.ToHexString(SHA256.HashData(c.Span))))
                    foreach (var (own, from, until) in Times(service, family))
                        yield return new TrustAnchor(TrustAnchors.DecodeOne(certificate))
                        {
                            Family = own, From = from, Until = until,
                            Source = new AnchorSource(reading.Name)
                            {
                                Territory = list.Territory, SequenceNumber = list.SequenceNumber, Sha256 = reading.Sha256, Provider = provider.Name, Service = service.Name, NextUpdate = reading.NextUpdate,
                            },
                        };
    }

    // Statuses that follow upon each other without a gap, and in which the service is the same to us, are one time.
    private static List<(string? Family, DateTimeOffset From, DateTimeOffset? Until)> Times(TrustService service, string? family)
    {
        var times = new List<(string? Family, DateTimeOffset From, DateTimeOffset? Until)>();
        DateTimeOffset? next = null;
        foreach (var period in service.Periods)
        {
            // An instance of the history that begins no earlier than what follows it says nothing.
            if (period.Since >= next) continue;
            var isTimeStamping = TrustListNames.IsTimeStamping(period.Type);
            if (TrustListNames.IsBelieved(period.Status) && period.UnknownCritical.IsEmpty && (isTimeStamping || (TrustListNames.IsAuthority(period.Type) && TrustListNames.AllowsSignatures(period.AdditionalInformation))))
            {
                var own = isTimeStamping ? AnchorFamily.TimeStamping : family;
                if (times.Count > 0 && times[^1].From == next && times[^1].Family == own) times[^1] = times[^1] with { From = period.Since };
                else times.Add((own, period.Since, next));
            }
            next = period.Since;
        }
        return times;
    }
}
