using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Copies;

/// <summary>Whether copies meet the policy: how many, how far apart, how many of them locked.</summary>
public static class CopyPolicy
{
    /// <summary>What is not met; empty when these copies make a package preserved.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="stores">Every store of the deployment.</param>
    /// <param name="proven">Names of the stores whose copy was read back and is right.</param>
    /// <param name="locked">Of these, such as are locked by a store that keeps its locks.</param>
    public static ImmutableArray<Finding> Judge(CopiesOptions policy, IReadOnlyList<StoreOptions> stores, IReadOnlyCollection<string> proven, IReadOnlyCollection<string> locked)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(proven);
        ArgumentNullException.ThrowIfNull(locked);
        var good = stores.Where(s => proven.Contains(s.Name)).ToList();
        var unmet = ImmutableArray.CreateBuilder<Finding>();
        void Need(Rule rule, int wanted, int found)
        {
            if (found < wanted) unmet.Add(new Finding(rule, "", wanted.ToString(CultureInfo.InvariantCulture), found.ToString(CultureInfo.InvariantCulture)));
        }
        int Distinct<T>(Func<FailureDomainOptions, T> of) => good.Select(s => of(s.FailureDomain)).Distinct().Count();
        Need(CopyRules.Count, policy.Verified, good.Count);
        if (policy.Waiver.Length == 0)
        {
            Need(CopyRules.Domains, policy.Verified, Distinct(d => (d.Provider, d.Region)));
            Need(CopyRules.Providers, policy.Providers, Distinct(d => d.Provider));
            Need(CopyRules.Regions, policy.Regions, Distinct(d => d.Region));
            Need(CopyRules.Media, policy.Media, Distinct(d => d.Medium));
            Need(CopyRules.Threats, policy.Threats, Distinct(d => d.Threat));
        }
        Need(CopyRules.Locked, policy.Locked, good.Count(s => locked.Contains(s.Name)));
        return unmet.ToImmutable();
    }

    /// <summary>What could not be met even if every store were there and did all that is asked of it.</summary>
    public static ImmutableArray<Finding> OfConfiguration(PreservationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Judge(options.Copies, [.. options.Stores], [.. options.Stores.Select(s => s.Name)], [.. options.Stores.Where(s => s.Locked).Select(s => s.Name)]);
    }

    /// <summary>Both languages in one line, for tasks and logs.</summary>
    public static string Say(IEnumerable<Finding> findings)
    {
        var all = findings.Select(f => f.Message).ToList();
        return string.Join(" ", all.Select(m => m.Vi)) + " / " + string.Join(" ", all.Select(m => m.En));
    }
}
