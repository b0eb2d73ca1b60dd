namespace Preservation.Catalogue.Model;

/// <summary>Some days on which packages of a registration are taken; minutes and lists are made for each.</summary>
public sealed class RegistrationRound
{
    public required Guid Id { get; set; }
    public required Guid RegistrationId { get; set; }

    /// <summary>Counts the rounds of the registration, from 1.</summary>
    public required int Number { get; set; }

    /// <summary>First day, in Vietnam.</summary>
    public required DateOnly OpensOn { get; set; }

    /// <summary>Last day, in Vietnam.</summary>
    public required DateOnly ClosesOn { get; set; }

    public required int PlannedPackages { get; set; }
    public required Guid OpenedBy { get; set; }
    public required DateTimeOffset OpenedAt { get; set; }
    public Guid? ClosedBy { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>The document with its minutes and list; null until they are made.</summary>
    public Guid? MinutesId { get; set; }
}
