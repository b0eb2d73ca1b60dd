namespace Preservation.Server.Pages.Tasks;

/// <summary>Which tasks the list shows.</summary>
internal enum TaskSelection
{
    /// <summary>Whoever has them.</summary>
    All,

    /// <summary>The visitor's own.</summary>
    Mine,

    /// <summary>Whose time is over.</summary>
    Overdue,
}
