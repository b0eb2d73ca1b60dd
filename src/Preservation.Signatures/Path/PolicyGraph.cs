using System.Collections.Immutable;

namespace Preservation.Signatures.Path;

/// <summary>
/// The valid policies of a path (RFC 5280 §6.1.2–6.1.5) as the graph of RFC 9618, which gives the tree's answers and never more than one
/// node a policy and level, whatever the mappings.
/// </summary>
internal sealed class PolicyGraph
{
    public const string AnyPolicy = "2.5.29.32.0";
    private readonly List<Dictionary<string, Node>> _levels;
    private bool _isNull;

    public PolicyGraph() => _levels = [new() { [AnyPolicy] = new Node(AnyPolicy) { Expected = [AnyPolicy] } }];

    /// <summary>Is no policy left that the whole path asserts.</summary>
    public bool IsNull => _isNull;

    /// <summary>§6.1.3 (d), (e).</summary>
    /// <param name="policies">Policies of the certificate; null without the extension.</param>
    /// <param name="isAnyAllowed">May the certificate's anyPolicy be followed.</param>
    public void Enter(ImmutableArray<string>? policies, bool isAnyAllowed)
    {
        if (_isNull || policies is not { } asserted)
        {
            _isNull = true;
            return;
        }
        var above = _levels[^1];
        var expectations = new Dictionary<string, List<Node>>();
        foreach (var node in above.Values)
            foreach (var policy in node.Expected)
                (expectations.TryGetValue(policy, out var nodes) ? nodes : expectations[policy] = []).Add(node);
        var level = new Dictionary<string, Node>();
        foreach (var policy in asserted)
        {
            if (policy == AnyPolicy) continue;
            if (expectations.TryGetValue(policy, out var parents)) level[policy] = new Node(policy, parents);
            else if (above.TryGetValue(AnyPolicy, out var any)) level[policy] = new Node(policy, [any]);
        }
        if (isAnyAllowed && asserted.Contains(AnyPolicy))
            foreach (var (policy, parents) in expectations)
                if (!level.ContainsKey(policy)) level[policy] = new Node(policy, parents);
        _levels.Add(level);
        Prune();
    }

    /// <summary>§6.1.4 (b): mappings of the certificate just entered.</summary>
    public void Map(ImmutableArray<(string Issuer, string Subject)> mappings, bool isAllowed)
    {
        if (_isNull || mappings.IsEmpty) return;
        var level = _levels[^1];
        foreach (var group in mappings.GroupBy(m => m.Issuer, m => m.Subject))
        {
            if (!isAllowed) level.Remove(group.Key);
            else if (level.TryGetValue(group.Key, out var node)) node.Expected = [.. group];
            else if (level.TryGetValue(AnyPolicy, out var any)) level[group.Key] = new Node(group.Key, any.Parents) { Expected = [.. group] };
        }
        if (!isAllowed) Prune();
    }

    /// <summary>§6.1.5 (g): the policies that the path may be used for, of those the caller asks for.</summary>
    /// <param name="wanted">Empty for any.</param>
    public ImmutableHashSet<string> Constrain(ImmutableHashSet<string> wanted)
    {
        if (_isNull) return [];
        var authority = AuthoritySet();
        if (wanted.IsEmpty || wanted.Contains(AnyPolicy)) return authority;
        return authority.Contains(AnyPolicy) ? wanted : authority.Intersect(wanted);
    }

    // Nodes under anyPolicy that still lead to the last level are the policies by the names of the anchor's domain.
    private ImmutableHashSet<string> AuthoritySet()
    {
        var set = ImmutableHashSet.CreateBuilder<string>();
        var alive = new HashSet<Node>(_levels[^1].Values);
        if (_levels[^1].ContainsKey(AnyPolicy)) set.Add(AnyPolicy);
        for (var i = _levels.Count - 1; i > 0; i--)
        {
            var next = new HashSet<Node>();
            foreach (var node in alive)
                foreach (var parent in node.Parents)
                {
                    if (parent.Policy == AnyPolicy && node.Policy != AnyPolicy) set.Add(node.Policy);
                    next.Add(parent);
                }
            alive = next;
        }
        return set.ToImmutable();
    }

    // §6.1.3 (d)(3): what leads nowhere is taken away, from the last level up.
    private void Prune()
    {
        for (var i = _levels.Count - 1; i > 0; i--)
        {
            var used = new HashSet<Node>(_levels[i].Values.SelectMany(n => n.Parents));
            var above = _levels[i - 1];
            foreach (var policy in above.Where(n => !used.Contains(n.Value)).Select(n => n.Key).ToList()) above.Remove(policy);
        }
        _isNull = _levels.Exists(l => l.Count == 0);
    }

    private sealed class Node(string policy, List<Node>? parents = null)
    {
        public string Policy { get; } = policy;
        public List<Node> Parents { get; } = parents ?? [];
        public ImmutableHashSet<string> Expected { get; set; } = [policy];
    }
}
