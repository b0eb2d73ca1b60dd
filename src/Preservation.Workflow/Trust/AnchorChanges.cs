using Preservation.Signatures.Path;

namespace Preservation.Workflow.Trust;

/// <summary>What differs between two sets of trust anchors, for the audit log and for people.</summary>
/// <param name="Added">Anchors that were not there.</param>
/// <param name="Removed">Anchors that are there no longer.</param>
/// <param name="Changed">Anchors of the same certificate and source with another family or other dates, as they are now.</param>
/// <param name="Lists">Trusted lists in another edition, with their numbers before and now.</param>
internal sealed record AnchorChanges(
    IReadOnlyList<AnchorChanges.Anchor> Added, IReadOnlyList<AnchorChanges.Anchor> Removed, IReadOnlyList<AnchorChanges.Anchor> Changed, IReadOnlyList<AnchorChanges.Edition> Lists)
{
    private const int MostTold = 500;

    /// <summary>An anchor as it is told.</summary>
    internal sealed record Anchor(string Sha256, string? Family, DateTimeOffset? From, DateTimeOffset? Until, string? Source, string? Service);

    /// <summary>A trusted list's edition.</summary>
    internal sealed record Edition(string Source, long? Before, long? Now);

    /// <summary>How many of each kind, and which lists.</summary>
    public string Summary => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"+{Added.Count} −{Removed.Count} ±{Changed.Count}{string.Concat(Lists.Take(5).Select(l => $"; {l.Source} {l.Before} → {l.Now}"))}");

    /// <summary>Compares.</summary>
    public static AnchorChanges Between(TrustAnchors before, TrustAnchors now)
    {
        var (was, @is) = (before.All.Select(Tell).ToList(), now.All.Select(Tell).ToList());
        var (known, kept) = (was.ToHashSet(), @is.ToHashSet());
        var (places, left) = (was.Select(Place).ToHashSet(), @is.Select(Place).ToHashSet());
        var fresh = @is.Where(a => !known.Contains(a)).ToList();
        var editions = Editions(before).Join(Editions(now), e => e.Key, e => e.Key, (b, n) => new Edition(b.Key, b.Value, n.Value)).Where(e => e.Before != e.Now);
        return new AnchorChanges(
            [.. fresh.Where(a => !places.Contains(Place(a)))], [.. was.Where(a => !kept.Contains(a) && !left.Contains(Place(a)))], [.. fresh.Where(a => places.Contains(Place(a)))], [.. editions]);
    }

    /// <summary>For the audit log, which a list of thousands must not swell.</summary>
    public object Detail(string? before) => new
    {
        before, added = Added.Take(MostTold), removed = Removed.Take(MostTold), changed = Changed.Take(MostTold), lists = Lists.Take(MostTold), counts = new[] { Added.Count, Removed.Count, Changed.Count, Lists.Count },
    };

    private static Dictionary<string, long?> Editions(TrustAnchors anchors) => anchors.All.Where(a => a.Source?.SequenceNumber is not null).GroupBy(a => a.Source!.Name).ToDictionary(g => g.Key, g => g.Max(a => a.Source!.SequenceNumber));

    private static Anchor Tell(TrustAnchor anchor) => new(anchor.Sha256, anchor.Family, anchor.From, anchor.Until, anchor.Source?.Name, anchor.Source?.Service);

    private static (string, string?, string?) Place(Anchor anchor) => (anchor.Sha256, anchor.Source, anchor.Service);
}
