using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.Mail;

/// <summary>A person whom this process alone sends mail, until the lease ends.</summary>
/// <param name="Person">With the grants in force now; null when the person is not let in any more.</param>
/// <param name="Choice">Where mail goes.</param>
/// <param name="Turn">As it was claimed.</param>
/// <param name="Kind">Which mail it is the time for.</param>
/// <param name="Now">The instant of the claim.</param>
/// <param name="Notices">Changes of rights that the person has not confirmed.</param>
/// <param name="NewNotices">Those of them that came since the last mail.</param>
internal sealed record MailClaim(Caller? Person, MailChoice Choice, MailTurn Turn, MailKind Kind, DateTimeOffset Now, int Notices, int NewNotices);
