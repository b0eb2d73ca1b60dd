using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Workflow.Copies;

namespace Preservation.Workflow.Stores;

/// <summary>The stores cannot do what the policy asks of them: work must not begin.</summary>
public sealed class StorePolicyException(ImmutableArray<Finding> findings) : InvalidOperationException(CopyPolicy.Say(findings))
{
    /// <summary>Why.</summary>
    public ImmutableArray<Finding> Findings { get; } = findings;
}
