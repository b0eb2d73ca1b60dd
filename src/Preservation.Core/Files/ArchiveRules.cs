using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>Rules about the archive that carries a package, and the limits on what it may cost.</summary>
public static class ArchiveRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(ArchiveRules).Assembly, "limits.json");

    /// <summary>The file is no readable archive.</summary>
    public static Rule Unreadable { get; } = Book["ZIP-UNREADABLE"];

    /// <summary>A name could leave its root on some system.</summary>
    public static Rule UnsafeName { get; } = Book["ZIP-UNSAFE-NAME"];

    /// <summary>Two entries have the same name.</summary>
    public static Rule DuplicateName { get; } = Book["ZIP-DUPLICATE-NAME"];

    /// <summary>Two names differ only in case or Unicode normal form.</summary>
    public static Rule CollidingName { get; } = Book["ZIP-COLLIDING-NAME"];

    /// <summary>An entry is encrypted.</summary>
    public static Rule Encrypted { get; } = Book["ZIP-ENCRYPTED"];

    /// <summary>An entry is a link, device, pipe or socket.</summary>
    public static Rule NotAFile { get; } = Book["ZIP-NOT-A-FILE"];

    /// <summary>An entry's content does not match what the archive declares of it.</summary>
    public static Rule DamagedEntry { get; } = Book["ZIP-DAMAGED-ENTRY"];

    /// <summary>An entry unpacks to too many times its packed size.</summary>
    public static Rule Ratio { get; } = Book["LIMIT-RATIO"];

    /// <summary>Too many entries.</summary>
    public static Rule Entries { get; } = Book["LIMIT-ENTRIES"];

    /// <summary>Too many bytes in all.</summary>
    public static Rule TotalBytes { get; } = Book["LIMIT-TOTAL-BYTES"];

    /// <summary>Too many folders above a file.</summary>
    public static Rule Depth { get; } = Book["LIMIT-DEPTH"];

    /// <summary>A path is too long.</summary>
    public static Rule PathLength { get; } = Book["LIMIT-PATH-LENGTH"];

    /// <summary>A metadata file is too large to be parsed.</summary>
    public static Rule MetadataBytes { get; } = Book["LIMIT-METADATA-BYTES"];

    /// <summary>A line of a text file is too long.</summary>
    public static Rule LineLength { get; } = Book["LIMIT-LINE-LENGTH"];

    /// <summary>More findings of a rule than are kept.</summary>
    public static Rule Findings { get; } = Book["LIMIT-FINDINGS"];

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<Rule> All => Book.Rules;
}
