namespace Preservation.Catalogue.Model;

/// <summary>What an agency means to transfer in a year (đăng ký nộp), and the archive's answer.</summary>
public sealed class Registration
{
    public required Guid Id { get; set; }
    public required Guid AgencyId { get; set; }
    public required Guid AgreementId { get; set; }
    public Guid? FondsId { get; set; }

    /// <summary>What packages name it by: <c>NL.{agency's code}.{year}.{ordinal}</c>.</summary>
    public required string Code { get; set; }

    /// <summary>The year of the transfer.</summary>
    public required int Year { get; set; }

    /// <summary>Counts the agency's registrations of the year, from 1.</summary>
    public required int Ordinal { get; set; }

    public required string Title { get; set; }
    public required int PlannedPackages { get; set; }
    public long? PlannedBytes { get; set; }
    public required DateOnly PlannedFrom { get; set; }
    public required RegistrationState State { get; set; }
    public required Guid RequestedBy { get; set; }
    public required DateTimeOffset RequestedAt { get; set; }

    /// <summary>The last working day on which the answer is in time, in Vietnam.</summary>
    public required DateOnly AnswerDue { get; set; }

    public Guid? AnsweredBy { get; set; }
    public DateTimeOffset? AnsweredAt { get; set; }
    public string? Reason { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}
