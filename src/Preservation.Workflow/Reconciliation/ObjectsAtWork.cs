using Preservation.Catalogue;
using Preservation.Storage.Ocfl;

namespace Preservation.Workflow.Reconciliation;

/// <summary>Objects that a process may just be writing: what of them lies on a store is neither unknown nor wrong.</summary>
internal static class ObjectsAtWork
{
    /// <summary>Their prefixes in the store; few of them.</summary>
    public static async Task<HashSet<string>> PrefixesAsync(CatalogueSession session, OcflStore root, CancellationToken cancellationToken)
    {
        var prefixes = new HashSet<string>(StringComparer.Ordinal);
        await using var select = session.Command("""
            SELECT 'urn:uuid:' || package_id FROM submission WHERE package_id IS NOT NULL AND state NOT IN ('Preserved', 'Rejected', 'Returned', 'Tested')
            UNION ALL SELECT 'urn:uuid:' || id FROM evidence_batch WHERE state <> 'Stored'
            UNION ALL SELECT 'urn:uuid:' || id FROM evidence_token WHERE stored_at IS NULL AND state <> 'Refused'
            UNION ALL SELECT object_id FROM journal_segment WHERE stored_at IS NULL
            UNION ALL SELECT 'urn:uuid:' || id FROM verdict_making WHERE recorded_at IS NULL
            UNION ALL SELECT DISTINCT 'urn:uuid:' || object_id FROM validation_material WHERE object_id IS NOT NULL AND stored_at IS NULL
            """);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) prefixes.Add(root.ObjectPrefix(reader.GetString(0)));
        return prefixes;
    }
}
