namespace Preservation.Workflow.Mail;

/// <summary>Where in a mail a task is told of; the order is that of the mail.</summary>
internal enum NewsPlace
{
    /// <summary>Its time is over.</summary>
    Overdue,

    /// <summary>Its time ends soon.</summary>
    DueSoon,

    /// <summary>Somebody gave it to the person.</summary>
    Given,

    /// <summary>The person was not told of it yet.</summary>
    New,
}
