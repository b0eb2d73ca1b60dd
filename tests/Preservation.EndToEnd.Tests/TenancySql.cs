using Npgsql;

namespace Preservation.EndToEnd.Tests;

/// <summary>Which rows of a table are an agency's, said here independently of the policies, and what the application role sees of them.</summary>
internal static class TenancySql
{
    private const string Submissions = "(SELECT id FROM submission WHERE agency_id = $1)";
    private const string Packages = "(SELECT id FROM package WHERE producer_id = $1)";

    /// <summary>Tables with a policy that hold nothing for any agency to read: the service's own work alone sees them.</summary>
    public static readonly string[] OfTheServiceAlone =
    [
        "journal_entry", "journal_segment", "idempotency_key", "validation_material", "validation_source", "validation_want", "trusted_list", "trust_anchor_set", "verdict_making",
        "evidence_token", "evidence_token_material", "evidence_page", "evidence_due", "time_stamp_authority", "content_digest", "authority_certificate", "authority_revocation", "evidence_function", "hash_tree_renewal", "algorithm_alarm",
        "store_capability", "store_chore", "copy_proof", "medium", "store_migration",
        "reconciliation_run", "reconciliation_find", "restore_drill",
        "fixity_pace", "fixity_result", "fixity_summary", "sign_of_life", "principal_activity", "page_session", "proof_failure", "rights_notice", "mail_choice", "mail_turn", "mail_sending", "canary_cycle", "canary_object", "canary_damage", "escrow_report",
        "destruction_order", "destruction_order_package", "destruction_acknowledgement",
    ];

    public static readonly Dictionary<string, string> RowsOf = new()
    {
        ["submission"] = "agency_id = $1",
        ["upload"] = "agency_id = $1",
        ["change"] = "agency_id = $1",
        ["webhook"] = "agency_id = $1",
        ["webhook_delivery"] = "webhook_id IN (SELECT id FROM webhook WHERE agency_id = $1)",
        ["submission_step"] = $"submission_id IN {Submissions}",
        ["submission_facts"] = $"submission_id IN {Submissions}",
        ["submission_finding"] = $"submission_id IN {Submissions}",
        ["receipt"] = $"submission_id IN {Submissions}",
        ["decision"] = "agency_id = $1",
        ["decision_submission"] = $"submission_id IN {Submissions}",
        ["decision_reason"] = $"submission_id IN {Submissions}",
        ["package"] = "producer_id = $1",
        ["package_alias"] = $"package_id IN {Packages}",
        ["package_hold"] = $"package_id IN {Packages}",
        ["package_version"] = $"package_id IN {Packages}",
        ["package_copy"] = $"package_id IN {Packages}",
        ["copy"] = $"package_id IN {Packages}",
        ["file"] = $"package_id IN {Packages}",
        ["dossier"] = $"package_id IN {Packages}",
        ["document"] = $"package_id IN {Packages}",
        ["dossier_document"] = $"dossier_id IN (SELECT id FROM dossier WHERE package_id IN {Packages})",
        ["document_file"] = $"document_id IN (SELECT id FROM document WHERE package_id IN {Packages})",
        ["signature_verdict"] = $"package_id IN {Packages}",
        ["legal_hold"] = $"package_id IN {Packages}",
        ["fixity_problem"] = $"package_id IN {Packages}",
        ["evidence_leaf"] = $"package_id IN {Packages}",
        ["premis_event"] = "agency_id = $1",
        ["task"] = "agency_id = $1",
        ["task_step"] = "task_id IN (SELECT id FROM task WHERE agency_id = $1)",
        ["mail_told"] = "task_id IN (SELECT id FROM task WHERE agency_id = $1)",
        ["audit_entry"] = "agency_id = $1",
        ["audit_detail"] = "entry_id IN (SELECT id FROM audit_entry WHERE agency_id = $1)",
        ["agreement"] = "agency_id = $1",
        ["agreement_version"] = "agreement_id IN (SELECT id FROM agreement WHERE agency_id = $1)",
        ["frozen_document"] = "agency_id = $1",
        ["frozen_document_part"] = "document_id IN (SELECT id FROM frozen_document WHERE agency_id = $1)",
        ["fonds"] = "agency_id = $1",
        ["registration"] = "agency_id = $1",
        ["registration_round"] = "registration_id IN (SELECT id FROM registration WHERE agency_id = $1)",
        ["role_grant"] = "agency_id = $1",
        ["credential"] = "principal_id IN (SELECT id FROM principal WHERE agency_id = $1)",
    };

    /// <summary>Rows (those at the places, or all) that the application role sees with the setting of an agency, or with none.</summary>
    public static async Task<int> CountAsync(Rooms rooms, string? agency, string table, List<string>? places)
    {
        await using var connection = new NpgsqlConnection(rooms.Archive.Deployment.Application);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (agency is not null)
        {
            await using var set = new NpgsqlCommand("SELECT set_config('preservation.agencies', $1, true)", connection, transaction) { Parameters = { new() { Value = agency } } };
            await set.ExecuteNonQueryAsync();
        }
        await using var count = new NpgsqlCommand($"SELECT count(*)::int FROM {table}" + (places is null ? "" : " WHERE ctid::text = ANY($1)"), connection, transaction);
        if (places is not null) count.Parameters.Add(new() { Value = places.ToArray() });
        return (int)(await count.ExecuteScalarAsync())!;
    }
}
