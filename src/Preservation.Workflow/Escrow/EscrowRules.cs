using Preservation.Core.Findings;

namespace Preservation.Workflow.Escrow;

/// <summary>What an escrow tells of the archive and of itself, and what the service tells of an escrow, in both languages.</summary>
public static class EscrowRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(EscrowRules).Assembly, "escrow.json");

    /// <summary>The source could not be read.</summary>
    public static Rule Source { get; } = Book["ESCROW-SOURCE"];

    /// <summary>What is held is gone from the source.</summary>
    public static Rule Vanished { get; } = Book["ESCROW-VANISHED"];

    /// <summary>The source tells the history otherwise than what is held.</summary>
    public static Rule History { get; } = Book["ESCROW-HISTORY"];

    /// <summary>An object or a version was not taken.</summary>
    public static Rule Refused { get; } = Book["ESCROW-REFUSED"];

    /// <summary>A held key is bad or lost.</summary>
    public static Rule Rot { get; } = Book["ESCROW-ROT"];

    /// <summary>A held key was bad or lost, and is right again.</summary>
    public static Rule Repaired { get; } = Book["ESCROW-REPAIRED"];

    /// <summary>The service has not heard of an escrow for long.</summary>
    public static Rule Silent { get; } = Book["ESCROW-SILENT"];

    /// <summary>An escrow has not had everything for long.</summary>
    public static Rule Behind { get; } = Book["ESCROW-BEHIND"];

    /// <summary>What calls a person as soon as a report tells of it: the archive was attacked or errs, or the escrow's copy does not hold.</summary>
    public static IReadOnlyList<Rule> Alarms { get; } = [Source, Vanished, History, Rot];

    /// <summary>The rule of a report; null when this version knows none of the code.</summary>
    public static Rule? Find(string code) => new[] { Source, Vanished, History, Refused, Rot, Repaired }.FirstOrDefault(r => r.Code == code);
}
