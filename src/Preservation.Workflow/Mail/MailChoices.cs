using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.Mail;

/// <summary>Where persons want mail: entered by themselves or by an administrator.</summary>
public static partial class MailChoices
{
    /// <summary>Languages mails are written in.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["vi", "en"];

    /// <summary>Is this one plain address (RFC 5321 §4.1.2, without quoted local parts and address literals), and nothing that could become a header?</summary>
    public static bool IsAddress(string? address) => address is { Length: >= 3 and <= 254 } && Address().IsMatch(address);

    /// <summary>Enters the choice; what was refused before is tried again. Committed by the caller.</summary>
    /// <param name="session">Sees everything.</param>
    /// <param name="by">Who enters it.</param>
    /// <param name="person">Whose mail it is.</param>
    /// <param name="address">Where to.</param>
    /// <param name="language"><c>vi</c> or <c>en</c>.</param>
    /// <param name="frequency">How often.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<RightsOutcome> SetAsync(CatalogueSession session, Guid by, Guid person, string? address, string? language, MailFrequency frequency, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!IsAddress(address)) return new RightsOutcome.Invalid("address", "one address, such as name@example.gov.vn");
        if (!Languages.Contains(language)) return new RightsOutcome.Invalid("language", "vi or en");
        if (await People.HoldAsync(session, person, cancellationToken) is not { Kind: PrincipalKind.Person } principal) return new RightsOutcome.NotFound();
        var now = session.Now;
        if (await session.Rows.MailChoices.SingleOrDefaultAsync(c => c.PrincipalId == person, cancellationToken) is { } choice)
            (choice.Address, choice.Language, choice.Frequency, choice.ChangedBy, choice.ChangedAt) = (address!, language!, frequency, by, now);
        else
            session.Rows.MailChoices.Add(new MailChoice { PrincipalId = person, Address = address!, Language = language!, Frequency = frequency, ChangedBy = by, ChangedAt = now });
        await using (var turn = session.Command("INSERT INTO mail_turn (principal_id) VALUES ($1) ON CONFLICT (principal_id) DO UPDATE SET refused_at = NULL, failures = 0, next_try_at = NULL, mail_id = NULL, lease_until = NULL", person))
            await turn.ExecuteNonQueryAsync(cancellationToken);
        session.Audit(by, principal.AgencyId, "mail.choice", "principal", person.ToString(), new { address, language, frequency });
        return new RightsOutcome.Done(person);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\z", RegexOptions.None, 1000)]
    private static partial Regex Address();
}
