using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Orders of destruction to escrows.</summary>
public sealed class DisposalOptions
{
    /// <summary>Days between an order's approval and its execution, in which it can be withdrawn without loss.</summary>
    [Range(1, 365)] public int WaitDays { get; set; } = 7;
}
