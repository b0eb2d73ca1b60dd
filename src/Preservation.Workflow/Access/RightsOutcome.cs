using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Access;

/// <summary>What came of a change of rights.</summary>
public abstract record RightsOutcome
{
    private RightsOutcome() { }

    /// <summary>Done, once the session is committed.</summary>
    /// <param name="Id">The grant, credential or principal.</param>
    /// <param name="Key">A new key, which is kept nowhere.</param>
    public sealed record Done(Guid Id, string? Key = null) : RightsOutcome;

    /// <summary>There is no such principal, grant or credential.</summary>
    public sealed record NotFound : RightsOutcome;

    /// <summary>A field cannot be used.</summary>
    public sealed record Invalid(string Field, string Detail) : RightsOutcome;

    /// <summary>It must not be done.</summary>
    /// <param name="Why">The reason.</param>
    /// <param name="Held">The role that stands against it.</param>
    public sealed record Refused(RightsRefusal Why, Role? Held = null) : RightsOutcome;
}

/// <summary>Why rights cannot be changed so.</summary>
public enum RightsRefusal
{
    /// <summary>The principal has a role that must be kept apart from the new one.</summary>
    DutiesKeptApart,

    /// <summary>The role is a human being's.</summary>
    NotForPrograms,

    /// <summary>Nobody gives rights to himself, or to a program he is answerable for.</summary>
    OwnRights,

    /// <summary>It ended already.</summary>
    EndedAlready,

    /// <summary>It proves another principal.</summary>
    TakenAlready,

    /// <summary>Nobody could give rights any more.</summary>
    LastAdministrator,
}
