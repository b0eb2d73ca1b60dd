using Preservation.Core.Digests;
using Preservation.Signatures.Algorithms;

namespace Preservation.Evidence.Planning;

/// <summary>Until when algorithms prove anything: the earliest of what the catalogues of the archive's policies and the alarms say.</summary>
internal sealed class AlgorithmEnds(RenewalSituation situation)
{
    private readonly List<AlgorithmCatalogue> _catalogues = [.. situation.Policies.SelectMany(p => p.Catalogues).Distinct()];
    private readonly Dictionary<UsedAlgorithm, AlgorithmEnd?> _known = [];

    /// <summary>Null when no end is set. One that no catalogue lists never proved anything: it ended at <see cref="DateTimeOffset.MinValue"/>.</summary>
    public AlgorithmEnd? Of(UsedAlgorithm algorithm)
    {
        if (!_known.TryGetValue(algorithm, out var end)) _known.Add(algorithm, end = Find(algorithm));
        return end;
    }

    public AlgorithmEnd? Of(DigestAlgorithm algorithm) => Of(new UsedAlgorithm(algorithm.MetsName, 0));

    private AlgorithmEnd? Find(UsedAlgorithm algorithm)
    {
        var listed = _catalogues.Select(c => (Catalogue: c, Entry: c.Find(new AlgorithmUse(algorithm.Name, algorithm.Bits))))
            .Where(e => e.Entry?.ReliableUntil is not null || e.Entry is null)
            .Select(e => new AlgorithmEnd(e.Entry?.ReliableUntil ?? DateTimeOffset.MinValue, e.Entry?.Source ?? e.Catalogue.Source, IsBroken: false, DateTimeOffset.MinValue));
        var broken = situation.Alarms.Where(a => a.Concerns(algorithm)).Select(a => new AlgorithmEnd(a.BrokenFrom, "", IsBroken: true, a.KnownSince ?? DateTimeOffset.MaxValue));
        return listed.Concat(broken).OrderBy(e => e.At).ThenBy(e => e.IsBroken).ThenBy(e => e.Source, StringComparer.Ordinal).FirstOrDefault();
    }
}
