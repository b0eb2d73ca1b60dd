using System.Collections.Frozen;
using System.Text.Json;

namespace Preservation.Workflow.Terms;

/// <summary>Which days are worked: data (<c>schemas/calendar</c>), since holidays are announced year by year. Days are days in Vietnam.</summary>
public sealed class WorkingCalendar
{
    // Before what is read with them.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };
    private const int MostDays = 10_000;
    private readonly FrozenSet<DayOfWeek> _weekend;
    private readonly FrozenSet<(int Month, int Day)> _fixed;
    private readonly FrozenSet<DateOnly> _off;
    private readonly FrozenSet<DateOnly> _worked;

    private WorkingCalendar(CalendarFile file)
    {
        _weekend = file.Weekend.Select(d => Enum.Parse<DayOfWeek>(d)).ToFrozenSet();
        _fixed = file.Fixed.Select(d => DateOnly.ParseExact("2000-" + d, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)).Select(d => (d.Month, d.Day)).ToFrozenSet();
        _off = file.Years.SelectMany(y => y.Off).ToFrozenSet();
        _worked = file.Years.SelectMany(y => y.Worked).ToFrozenSet();
        if (_weekend.Count == 7) throw new JsonException("no day of the week is worked");
    }

    /// <summary>The one that this library carries.</summary>
    public static WorkingCalendar BuiltIn { get; } = LoadBuiltIn();

    /// <summary>Legal time; Vietnam keeps UTC+7 all year.</summary>
    public static TimeSpan Vietnam { get; } = TimeSpan.FromHours(7);

    /// <summary>The day an instant falls on in Vietnam.</summary>
    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(Vietnam).DateTime);

    /// <summary>Reads a calendar.</summary>
    /// <exception cref="JsonException">It is no calendar: a member is unknown or missing, a day is none, or no day is worked.</exception>
    public static WorkingCalendar Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return new WorkingCalendar(JsonSerializer.Deserialize<CalendarFile>(json, Options) ?? throw new JsonException("a calendar is no null"));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>Is this day worked?</summary>
    public bool IsWorked(DateOnly day) => _worked.Contains(day) || (!_weekend.Contains(day.DayOfWeek) && !_fixed.Contains((day.Month, day.Day)) && !_off.Contains(day));

    /// <summary>The day so many working days after one; the day itself does not count, and need not be worked.</summary>
    /// <param name="day">From when.</param>
    /// <param name="workingDays">0 to 10,000; with 0 the day itself.</param>
    public DateOnly Add(DateOnly day, int workingDays)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workingDays);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workingDays, MostDays);
        while (workingDays > 0)
        {
            day = day.AddDays(1);
            if (IsWorked(day)) workingDays--;
        }
        return day;
    }

    private static WorkingCalendar LoadBuiltIn()
    {
        using var stream = typeof(WorkingCalendar).Assembly.GetManifestResourceStream("calendar/vn.json") ?? throw new InvalidOperationException("no calendar/vn.json is embedded");
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return Parse(buffer.ToArray());
    }

    private sealed record CalendarFile(string Clause, string Note, IReadOnlyList<string> Weekend, IReadOnlyList<string> Fixed, IReadOnlyList<CalendarYear> Years);

    private sealed record CalendarYear(int Year, IReadOnlyList<DateOnly> Off, IReadOnlyList<DateOnly> Worked);
}
