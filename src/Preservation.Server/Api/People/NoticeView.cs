using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.People;

/// <summary>A change of rights that somebody has not confirmed yet.</summary>
internal sealed record NoticeView(
    Guid Id, RightsChange Change, string About, Role? Role, GrantScope? Scope, DateTimeOffset? ValidFrom, DateTimeOffset? ValidUntil, string? Basis, CredentialKind? Credential, string? MadeBy, DateTimeOffset MadeAt)
{
    /// <summary>Those told to one principal, the oldest first.</summary>
    public static IQueryable<NoticeView> Of(CatalogueContext rows, Guid principalId) =>
        from n in rows.RightsNotices
        where n.PrincipalId == principalId && n.ConfirmedAt == null
        join a in rows.Principals on n.AboutId equals a.Id
        join g in rows.RoleGrants on n.GrantId equals (Guid?)g.Id into grants
        from g in grants.DefaultIfEmpty()
        join c in rows.Credentials on n.CredentialId equals (Guid?)c.Id into credentials
        from c in credentials.DefaultIfEmpty()
        join b in rows.Principals on n.MadeBy equals (Guid?)b.Id into makers
        from b in makers.DefaultIfEmpty()
        orderby n.Id
        select new NoticeView(n.Id, n.Change, a.Name, g == null ? null : g.Role, g == null ? null : g.Scope, g == null ? null : g.ValidFrom, g == null ? null : g.ValidUntil, g == null ? null : g.Basis,
            c == null ? null : c.Kind, b == null ? null : b.Name, n.MadeAt);
}
