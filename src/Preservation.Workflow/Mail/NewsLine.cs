namespace Preservation.Workflow.Mail;

/// <summary>One task in a mail.</summary>
internal sealed record NewsLine(Guid Id, string Kind, string Subject, DateTimeOffset? DueAt, NewsPlace Place);
