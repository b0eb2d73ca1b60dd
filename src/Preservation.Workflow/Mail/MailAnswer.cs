namespace Preservation.Workflow.Mail;

/// <summary>What came of handing a mail to the server.</summary>
/// <param name="Fate">What follows from it.</param>
/// <param name="Status">The server's reply code; null without one, and when the mail was taken.</param>
/// <param name="Problem">Why it was not taken; null when it was. Never the server's own words, which may hold anything.</param>
internal sealed record MailAnswer(MailFate Fate, int? Status, string? Problem);
