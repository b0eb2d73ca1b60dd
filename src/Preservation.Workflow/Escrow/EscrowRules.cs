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

    /// <summary>The seal of an order of destruction, or of its withdrawal, does not hold or is by no key that the escrow was told of.</summary>
    public static Rule OrderSeal { get; } = Book["ESCROW-ORDER-SEAL"];

    /// <summary>What came as an order is none.</summary>
    public static Rule OrderForm { get; } = Book["ESCROW-ORDER-FORM"];

    /// <summary>An order is not two persons'.</summary>
    public static Rule OrderPersons { get; } = Book["ESCROW-ORDER-PERSONS"];

    /// <summary>Another order came under the name of one that was received before.</summary>
    public static Rule OrderChanged { get; } = Book["ESCROW-ORDER-CHANGED"];

    /// <summary>An order names an object as something else than what is held.</summary>
    public static Rule OrderContent { get; } = Book["ESCROW-ORDER-CONTENT"];

    /// <summary>An object, or part of it, could not be destroyed.</summary>
    public static Rule OrderKept { get; } = Book["ESCROW-ORDER-KEPT"];

    /// <summary>An escrow has not carried out an order in time.</summary>
    public static Rule OrderOverdue { get; } = Book["ESCROW-ORDER-OVERDUE"];

    /// <summary>What calls a person as soon as a report tells of it: the archive was attacked or errs, or the escrow's copy does not hold.</summary>
    public static IReadOnlyList<Rule> Alarms { get; } = [Source, Vanished, History, Rot, OrderSeal, OrderForm, OrderPersons, OrderChanged, OrderContent];

    /// <summary>The rule of a report; null when this version knows none of the code.</summary>
    public static Rule? Find(string code) => new[] { Source, Vanished, History, Refused, Rot, Repaired, OrderSeal, OrderForm, OrderPersons, OrderChanged, OrderContent, OrderKept }.FirstOrDefault(r => r.Code == code);
}
