using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Access;

/// <summary>Each change of rights is told to the person concerned and to the other administrators of the archive, until they confirm it.</summary>
public static class RightsNotices
{
    /// <summary>Raises the notices of one change; what they name must be written already. Committed by the caller.</summary>
    /// <param name="session">Sees everything.</param>
    /// <param name="about">Whose rights; of a system the person who is answerable is told.</param>
    /// <param name="change">What was done.</param>
    /// <param name="by">Who did it, who need not be told; null: the service.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <param name="grant">The grant.</param>
    /// <param name="credential">The credential.</param>
    public static async Task RaiseAsync(CatalogueSession session, Guid about, RightsChange change, Guid? by, CancellationToken cancellationToken, Guid? grant = null, Guid? credential = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        // Identifiers in the order of time, like those of version 7.
        await using var raise = session.Command("""
            INSERT INTO rights_notice (id, principal_id, about_id, change, grant_id, credential_id, made_by, made_at)
            SELECT (lpad(to_hex((extract(epoch FROM $6::timestamptz) * 1000)::bigint), 12, '0') || substr(replace(gen_random_uuid()::text, '-', ''), 13))::uuid, w.id, $1, $2, $3::uuid, $4::uuid, $5::uuid, $6 FROM (
                SELECT person_of($1) AS id
                UNION
                SELECT g.principal_id FROM role_grant g WHERE g.role = 'Administrator' AND g.scope = 'Everything' AND g.valid_from <= $6 AND (g.valid_until IS NULL OR g.valid_until > $6)) AS w
            JOIN principal p ON p.id = w.id WHERE p.kind = 'Person' AND (p.disabled_at IS NULL OR p.id = $1) AND w.id IS DISTINCT FROM $5::uuid
            """, about, change.ToString(), grant, credential, by, session.Now);
        await raise.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The person knows of it now. False when there is no such notice of theirs that is open.</summary>
    public static async Task<bool> ConfirmAsync(CatalogueSession session, Caller caller, Guid notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(caller);
        await using (var confirm = session.Command("UPDATE rights_notice SET confirmed_at = $3 WHERE id = $1 AND principal_id = $2 AND confirmed_at IS NULL", notice, caller.PrincipalId, session.Now))
            if (await confirm.ExecuteNonQueryAsync(cancellationToken) == 0) return false;
        session.Audit(caller.PrincipalId, caller.AgencyId, "rights.confirm", "rightsNotice", notice.ToString(), new { });
        return true;
    }
}
