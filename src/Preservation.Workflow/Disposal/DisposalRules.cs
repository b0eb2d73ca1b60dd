using Preservation.Core.Findings;

namespace Preservation.Workflow.Disposal;

/// <summary>What keeps a package from being destroyed, in both languages.</summary>
public static class DisposalRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(DisposalRules).Assembly, "disposal.json");

    /// <summary>There is no such package.</summary>
    public static Rule Unknown { get; } = Book["DISPOSAL-UNKNOWN"];

    /// <summary>A legal hold is on it.</summary>
    public static Rule Held { get; } = Book["DISPOSAL-HELD"];

    /// <summary>Its retention has no end.</summary>
    public static Rule Permanent { get; } = Book["DISPOSAL-PERMANENT"];

    /// <summary>Its retention has not ended.</summary>
    public static Rule Retained { get; } = Book["DISPOSAL-RETAINED"];

    /// <summary>Another order names it.</summary>
    public static Rule Ordered { get; } = Book["DISPOSAL-ORDERED"];

    /// <summary>It has a newer version than the one that was asked for.</summary>
    public static Rule Changed { get; } = Book["DISPOSAL-CHANGED"];
}
