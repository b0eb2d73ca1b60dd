namespace Preservation.Catalogue.Model;

/// <summary>Tells somebody that rights were changed, until they confirm that they know.</summary>
public sealed class RightsNotice
{
    public required Guid Id { get; set; }

    /// <summary>Who is told.</summary>
    public required Guid PrincipalId { get; set; }

    /// <summary>Whose rights they are.</summary>
    public required Guid AboutId { get; set; }

    public required RightsChange Change { get; set; }
    public Guid? GrantId { get; set; }
    public Guid? CredentialId { get; set; }

    /// <summary>Null: the service itself.</summary>
    public Guid? MadeBy { get; set; }

    public required DateTimeOffset MadeAt { get; set; }
    public DateTimeOffset? ConfirmedAt { get; set; }
}
