using System.ComponentModel.DataAnnotations;

namespace Preservation.Workflow.Options;

/// <summary>Terms of law and of the archive for registrations, rounds and decisions (Circular 05/2025 ch. IV).</summary>
public sealed class TermsOptions
{
    /// <summary>A file of working days in the form of <c>schemas/calendar/vn.json</c>; empty: the built-in one.</summary>
    public string Calendar { get; set; } = "";

    /// <summary>Working days in which a registration is answered.</summary>
    [Range(1, 100)] public int AnswerWorkingDays { get; set; } = 7;

    /// <summary>Days from receipt in which a submission is decided on and archived.</summary>
    [Range(1, 3_650)] public int ProcessingDays { get; set; } = 60;

    /// <summary>How many days before a round closes its missing packages are told of.</summary>
    [Range(0, 365)] public int RoundNoticeDays { get; set; } = 30;

    /// <summary>How many days before the end of their term undecided submissions are told of.</summary>
    [Range(0, 365)] public int ProcessingNoticeDays { get; set; } = 15;

    /// <summary>How often minutes of rounds that were closed are made.</summary>
    public TimeSpan MinutesEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often deadlines are looked at.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(1);
}
