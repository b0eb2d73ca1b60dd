using Preservation.Catalogue.Model;
using Preservation.Workflow.Canaries;
using Preservation.Workflow.Schedule;

namespace Preservation.Workflow.Fixity;

/// <summary>The report.</summary>
/// <param name="At">As of when.</param>
/// <param name="WithinDays">The default plan.</param>
/// <param name="Stores">Coverage of each store.</param>
/// <param name="Problems">The newest first, at most a thousand.</param>
/// <param name="Days">Runs by the day, for 90 days.</param>
/// <param name="LastRunAt">When the newest of these runs was entered.</param>
public sealed record FixityReportView(
    DateTimeOffset At, int WithinDays, IReadOnlyList<StoreCoverage> Stores, IReadOnlyList<ProblemView> Problems, IReadOnlyList<DayView> Days, DateTimeOffset? LastRunAt)
{
    /// <summary>Problems are told from here on; null: from the beginning.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Problems since then, told or not.</summary>
    public long ProblemCount { get; init; }

    /// <summary>Who of timers and workers is silent for longer than he should; empty when all are at work.</summary>
    public IReadOnlyList<SilenceView> Silent { get; init; } = [];

    /// <summary>How canaries fared, a store each.</summary>
    public IReadOnlyList<CanaryScore> Canaries { get; init; } = [];

    /// <summary>Restore drills of the period by store.</summary>
    public IReadOnlyList<DrillCount> Drills { get; init; } = [];
}

/// <summary>Coverage of one store; percentages are rounded down, so that 100.0 means all, and null where there is nothing to cover. A copy counts as read when it was read within the days of its plan.</summary>
public sealed record StoreCoverage(
    string Store, string Address, long Copies, long CopiesRead, decimal? CopiesReadPercent, long Bytes, long BytesRead, decimal? BytesReadPercent, long NotGood, DateTimeOffset? OldestRead)
{
    /// <summary>Copies that are not written yet and not expected to be: the medium is away by design, or the store's own process has not been at them.</summary>
    public long Awaited { get; init; }

    /// <summary>The store is absent by design and connected from time to time.</summary>
    public bool IsOffline { get; init; }

    /// <summary>It was there when it was looked for last.</summary>
    public bool IsPresent { get; init; } = true;

    /// <summary>Of all bytes, those read within the 36 months of the law.</summary>
    public decimal? BytesReadPercentByLaw { get; init; }

    /// <summary>The media its copies lie on, by the register.</summary>
    public IReadOnlyList<MediumMark> Media { get; init; } = [];

    /// <summary>What will be overdue when, at the present pace.</summary>
    public StoreForecast? Forecast { get; init; }
}

/// <summary>Number and mark of a medium.</summary>
public sealed record MediumMark(string Number, string Mark);

/// <summary>What will be overdue.</summary>
/// <param name="BytesPerDay">The pace: bytes read a day, over the days of the last 30 on which something was read.</param>
/// <param name="OverdueBytes">What is overdue now.</param>
/// <param name="FirstOverdueOn">The first day at whose end something is overdue; null: none within the horizon.</param>
/// <param name="Days">How it will stand in some days.</param>
public sealed record StoreForecast(long BytesPerDay, long OverdueBytes, DateOnly? FirstOverdueOn, IReadOnlyList<ForecastDay> Days);

/// <summary>How a store will stand.</summary>
/// <param name="InDays">In so many days.</param>
/// <param name="DueBytes">What comes due until then.</param>
/// <param name="OverdueBytes">What of it will not have been read in time.</param>
public sealed record ForecastDay(int InDays, long DueBytes, long OverdueBytes);

/// <summary>One bad key.</summary>
public sealed record ProblemView(
    DateTimeOffset FoundAt, string Store, string Address, string Key, Guid PackageId, FixityOutcome Outcome, string ExpectedSha512, string? ObservedSha512, string Action, string? Detail,
    string? QuarantineKey, string? RepairedFrom, DateTimeOffset? RepairedAt)
{
    /// <summary>The file's name in its package; the last part of the key for what belongs to the object itself.</summary>
    public string FileName { get; init; } = "";

    /// <summary>Of the package; null for evidence, journal and other objects of the service.</summary>
    public string? PackageTitle { get; init; }

    /// <summary>The media of the store when this was reported.</summary>
    public IReadOnlyList<MediumMark> Media { get; init; } = [];

    /// <summary>Length that must be.</summary>
    public long? ExpectedBytes { get; init; }

    /// <summary>Length that was read.</summary>
    public long? ObservedBytes { get; init; }

    /// <summary>When the same trouble with this key was found first.</summary>
    public DateTimeOffset FirstFoundAt { get; init; }

    /// <summary>From the first finding to the proof of the repaired bytes; null while it is not repaired.</summary>
    public double? SecondsToRepair { get; init; }

    /// <summary>What a person found to be the cause: the decision on the incident's task.</summary>
    public string? PersonsFinding { get; init; }
}

/// <summary>One day's runs.</summary>
public sealed record DayView(DateOnly Day, long CopiesRead, long BytesRead, long Problems, long Repaired);

/// <summary>Restore drills from a store.</summary>
public sealed record DrillCount(string Store, long Passed, long Failed, DateTimeOffset LastAt);
