using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Mail;

/// <summary>Where a person wants mail. <c>RefusedAt</c>: the server refused the address, and nothing is sent until a choice is made again.</summary>
internal sealed record MailView(string? Address, string Language, MailFrequency Frequency, DateTimeOffset? ChangedAt, DateTimeOffset? RefusedAt, bool IsSent)
{
    /// <summary>The person's choice; before there is one, no mail.</summary>
    public static async Task<MailView> OfAsync(CatalogueContext rows, Guid person, bool isConfigured, CancellationToken cancellationToken) =>
        await rows.MailChoices.Where(c => c.PrincipalId == person)
            .Select(c => new MailView(c.Address, c.Language, c.Frequency, c.ChangedAt, rows.MailTurns.Where(t => t.PrincipalId == person).Select(t => t.RefusedAt).FirstOrDefault(), isConfigured)).SingleOrDefaultAsync(cancellationToken)
        ?? new MailView(null, "vi", MailFrequency.Off, null, null, isConfigured);
}
