using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Collection;

/// <summary>
/// Makes the best verdict that can be had now: judges, gets what the verdict lacks from the library or from where the certificates say, and judges again.
/// What cannot be had does not hold a submission up: it is remembered and asked for again.
/// </summary>
public sealed class SignatureCollection(MaterialLibrary library, MaterialFetcher fetcher, IOptions<PreservationOptions> options, TimeProvider clock)
{
    private const int MaxRounds = 4;
    private readonly CollectionOptions _options = options.Value.Collection;

    /// <summary>The report, and everything it rests on.</summary>
    /// <param name="reading">What the file carries.</param>
    /// <param name="policy">Trust, and the material the operator keeps.</param>
    /// <param name="now">The verification's time; it moves on when something is fetched.</param>
    /// <param name="until">When fetching must end.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<VerificationReport> ValidateAsync(SignatureReading reading, VerificationPolicy policy, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(policy);
        var report = reading.Validate(policy, now);
        var asked = new HashSet<(WantedKind, string)>();
        var missing = new List<(WantedMaterial Wanted, string Problem)>();
        for (var round = 0; round < MaxRounds; round++)
        {
            var open = report.Wanted.Where(w => asked.Add((w.Kind, MaterialLibrary.Fingerprint(w.Certificate)))).ToList();
            if (open.Count == 0) break;
            var found = new List<byte[]>();
            foreach (var wanted in open)
            {
                var (got, problem) = await GetAsync(wanted, now, until, cancellationToken);
                found.AddRange(got);
                if (problem is not null) missing.Add((wanted, problem));
            }
            if (found.Count == 0) break;
            policy = With(policy, found);
            // An answer is younger than the question; nothing younger than the verdict's time is used.
            if (clock.GetUtcNow() is var later && later > now) now = later;
            report = reading.Validate(policy, now);
        }
        // Of several ways to the same answer one suffices: what the last report no longer lacks was had otherwise.
        var still = report.Wanted.Select(w => (w.Kind, MaterialLibrary.Fingerprint(w.Certificate))).ToHashSet();
        foreach (var group in missing.Where(m => still.Contains((m.Wanted.Kind, MaterialLibrary.Fingerprint(m.Wanted.Certificate)))).GroupBy(m => m.Problem))
            await library.WantAsync(group.Select(m => m.Wanted), group.Key, cancellationToken);
        await library.KnowSourcesAsync(report.Used, cancellationToken);
        return Narrow(reading, policy, now, report);
    }

    // The report is pinned to what it needs of all that was offered, so that this can be kept with it; should that not give the same, to all of it.
    private static VerificationReport Narrow(SignatureReading reading, VerificationPolicy policy, DateTimeOffset now, VerificationReport report)
    {
        var used = report.Used.Select(MaterialLibrary.Fingerprint).ToHashSet(StringComparer.Ordinal);
        var needed = policy with { Intermediates = Needed(policy.Intermediates), Crls = Needed(policy.Crls), OcspResponses = Needed(policy.OcspResponses) };
        if (needed.Intermediates.Length + needed.Crls.Length + needed.OcspResponses.Length == report.Given.Length) return report;
        var narrowed = reading.Validate(needed, now);
        return (narrowed with { Basis = null }).ToJson() == (report with { Basis = null }).ToJson() ? narrowed with { Wanted = report.Wanted } : report;

        ImmutableArray<ReadOnlyMemory<byte>> Needed(ImmutableArray<ReadOnlyMemory<byte>> material) => [.. material.Where(m => used.Contains(MaterialLibrary.Fingerprint(m))).DistinctBy(MaterialLibrary.Fingerprint)];
    }

    /// <summary>Asks for one thing that was lacking; what comes is kept. Returns why it could not be had, null when it was.</summary>
    public async Task<string?> FetchAsync(WantedMaterial wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return (await FetchFromAsync(wanted, cancellationToken)).Problem;
    }

    private async Task<(ImmutableArray<byte[]> Found, string? Problem)> GetAsync(WantedMaterial wanted, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var known = await library.FindAsync(wanted, cancellationToken);
        if (wanted.Kind == WantedKind.Issuer && !known.IsEmpty) return (known, null);
        // A list that is still current is as good as what would be fetched.
        if (known.SelectMany(k => ValidationMaterial.ReadAll(k)).Any(m => m.NextUpdate > now)) return (known, null);
        if (clock.GetUtcNow() >= until) return (known, "the time for fetching was over");
        var (fetched, problem) = await FetchFromAsync(wanted, cancellationToken);
        return ([.. fetched, .. known], problem);
    }

    private async Task<(ImmutableArray<byte[]> Found, string? Problem)> FetchFromAsync(WantedMaterial wanted, CancellationToken cancellationToken)
    {
        string? problem = null;
        foreach (var url in wanted.Urls.Where(fetcher.IsAllowed))
        {
            try
            {
                var request = wanted.Kind == WantedKind.Ocsp ? OcspRequest.Create(wanted) : null;
                if (wanted.Kind == WantedKind.Ocsp && request is null) return ([], "the certificates cannot be read");
                var bytes = await fetcher.FetchAsync(url, request, cancellationToken);
                var material = ValidationMaterial.ReadAll(bytes).Where(m => m.Kind == MaterialLibrary.KindOf(wanted.Kind)).ToList();
                if (material.Count == 0)
                {
                    problem = $"{url} answered with something else";
                    continue;
                }
                await library.KeepAsync(url, wanted.Kind == WantedKind.Ocsp ? MaterialLibrary.Fingerprint(wanted.Certificate) : url, material, cancellationToken);
                return ([.. material.Select(m => m.Encoded.ToArray())], null);
            }
            catch (MaterialUnavailableException e)
            {
                problem = e.Message;
            }
        }
        return ([], problem ?? (_options.Hosts.Count == 0 ? "no host may be asked" : "none of the hosts may be asked"));
    }

    private static VerificationPolicy With(VerificationPolicy policy, List<byte[]> found)
    {
        var material = found.SelectMany(f => ValidationMaterial.ReadAll(f)).ToList();
        return policy with
        {
            Intermediates = [.. policy.Intermediates, .. Of("CERTIFICATE")],
            Crls = [.. policy.Crls, .. Of("CRL")],
            OcspResponses = [.. policy.OcspResponses, .. Of("OCSP")],
        };

        IEnumerable<ReadOnlyMemory<byte>> Of(string kind) => material.Where(m => m.Kind == kind).Select(m => m.Encoded);
    }
}
