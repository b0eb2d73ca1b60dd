using Preservation.Core.Findings;

namespace Preservation.Packages.Dip;

/// <summary>What stands in the way of giving an archival package out.</summary>
public static class DipRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(DipRules).Assembly, "dip.json");

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;

    /// <summary>The source is no AIP.</summary>
    public static Rule Source { get; } = Book["DIP-SOURCE"];

    /// <summary>Something is asked for that the package does not have.</summary>
    public static Rule Selection { get; } = Book["DIP-SELECTION"];

    /// <summary>A DIP of the circular is asked of a package that describes no documents.</summary>
    public static Rule Documents { get; } = Book["DIP-DOCUMENTS"];

    /// <summary>A file is not what the AIP's METS says.</summary>
    public static Rule Content { get; } = Book["DIP-CONTENT"];

    /// <summary>A file that no METS document mentions is left out.</summary>
    public static Rule Undeclared { get; } = Book["DIP-UNDECLARED"];

    /// <summary>A document is only a reference into another package.</summary>
    public static Rule Holey { get; } = Book["DIP-HOLEY"];
}
