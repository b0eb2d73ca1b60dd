using Preservation.Core.Findings;

namespace Preservation.Workflow.Copies;

/// <summary>What copies and stores must be, told in both languages when they are not.</summary>
public static class CopyRules
{
    private static readonly RuleBook Book = RuleBook.Load(typeof(CopyRules).Assembly, "copies.json");

    /// <summary>The policy asks for … proven copies; there are ….</summary>
    public static Rule Count { get; } = Book["COPIES-COUNT"];

    /// <summary>The copies must lie in … distinct failure domains.</summary>
    public static Rule Domains { get; } = Book["COPIES-DOMAINS"];

    /// <summary>The copies must lie with … providers.</summary>
    public static Rule Providers { get; } = Book["COPIES-PROVIDERS"];

    /// <summary>The copies must lie in … regions.</summary>
    public static Rule Regions { get; } = Book["COPIES-REGIONS"];

    /// <summary>The copies must lie on … kinds of medium.</summary>
    public static Rule Media { get; } = Book["COPIES-MEDIA"];

    /// <summary>The copies must be exposed to … different threats.</summary>
    public static Rule Threats { get; } = Book["COPIES-THREATS"];

    /// <summary>… copies must be locked against deletion.</summary>
    public static Rule Locked { get; } = Book["COPIES-LOCKED"];

    /// <summary>A store needs … and does not have it.</summary>
    public static Rule StoreLacks { get; } = Book["STORE-LACKS"];

    /// <summary>Locks end soon and could not be extended.</summary>
    public static Rule LocksRunOut { get; } = Book["STORE-LOCKS-RUN-OUT"];

    /// <summary>A medium that is away by design is to be connected.</summary>
    public static Rule ToConnect { get; } = Book["STORE-TO-CONNECT"];

    /// <summary>No process has reached a store for long.</summary>
    public static Rule Unseen { get; } = Book["STORE-UNSEEN"];

    /// <summary>A medium comes to its rated end.</summary>
    public static Rule MediumEnds { get; } = Book["MEDIUM-ENDS"];

    /// <summary>A timer or a worker has been silent for longer than it should.</summary>
    public static Rule WorkSilent { get; } = Book["WORK-SILENT"];

    /// <summary>Canaries of a store were not detected or not repaired in their round.</summary>
    public static Rule CanaryFailed { get; } = Book["CANARY-FAILED"];
}
