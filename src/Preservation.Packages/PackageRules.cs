using Preservation.Core.Findings;

namespace Preservation.Packages;

/// <summary>Rules that hold for packages of every kind.</summary>
public static class PackageRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(PackageRules).Assembly, "package.json");

    /// <summary>Nothing says what kind of package this is.</summary>
    public static Rule UnknownKind { get; } = Book["PKG-UNKNOWN-KIND"];

    /// <summary>An XML file is malformed, too deep or declares a DTD.</summary>
    public static Rule Xml { get; } = Book["PKG-XML"];

    /// <summary>A file cannot be read although the listing names it.</summary>
    public static Rule Unreadable { get; } = Book["PKG-UNREADABLE"];

    /// <summary>A METS or PREMIS document breaks its official schema; judged only where the schema is installed.</summary>
    public static Rule OfficialSchema { get; } = Book["EARK-XSD"];

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;
}
