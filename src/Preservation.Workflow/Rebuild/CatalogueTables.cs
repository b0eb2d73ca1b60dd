using System.Collections.Frozen;

namespace Preservation.Workflow.Rebuild;

/// <summary>
/// How each table of the catalogue comes back from the stores. A table that is not named here was forgotten: a test fails. What the journal carries of a
/// table is said by its triggers (migration 0013).
/// </summary>
public static class CatalogueTables
{
    /// <summary>Tables that come back row for row, with the columns that need not be as they were and why.</summary>
    public static FrozenDictionary<string, FrozenDictionary<string, string>> Restored { get; } = new Dictionary<string, FrozenDictionary<string, string>>
    {
        ["agency"] = Whole, ["agency_code"] = Whole, ["agency_succession"] = Whole, ["principal"] = Whole, ["credential"] = Whole, ["fonds"] = Whole, ["role_grant"] = Whole, ["rights_notice"] = Whole,
        ["agreement"] = Whole, ["agreement_version"] = Whole, ["registration"] = Whole, ["registration_round"] = Whole, ["submission_finding"] = Whole, ["submission_step"] = Whole, ["receipt"] = Whole,
        ["decision"] = Whole, ["decision_submission"] = Whole, ["decision_reason"] = Whole,
        ["submission"] = But(("attempt", Work), ("lease_until", Work), ("not_before", Work), ("failures", Work), ("last_problem", Work), ("plan", Work), ("waits_for", Work), ("staging_key", "where bytes lay that staging holds until the outcome is known")),
        ["package"] = Whole, ["package_alias"] = Whole, ["package_hold"] = Whole, ["package_version"] = Whole, ["dossier"] = Whole, ["document"] = Whole, ["dossier_document"] = Whole,
        ["file"] = Whole, ["document_file"] = Whole,
        ["store"] = But(("last_seen_at", Observed), ("last_problem", Observed), ("present", Observed)),
        ["legal_hold"] = Whole, ["medium"] = Whole, ["store_migration"] = But(("last_package", Work)),
        ["package_copy"] = But(("lease_until", Work), ("lock_lease_until", Work), ("plan", Planned), ("due_at", Planned), ("lock_until", "is asked of the store"), ("verified_at", Read), ("last_read_at", Read), ("last_result", Read)),
        ["copy"] = But(("id", "names nothing outside its table"), ("written_at", "the version's making stands for it"), ("last_read_at", Read), ("last_result", Read), ("lock_until", "is asked of the store")),
        ["fixity_run"] = But(("copies_read", Counts), ("files_read", Counts), ("bytes_read", Counts), ("problems", Counts), ("repaired", Counts)),
        ["fixity_problem"] = Whole, ["restore_drill"] = Whole, ["premis_event"] = Whole, ["task"] = Whole, ["task_step"] = Whole, ["mail_choice"] = Whole, ["audit_entry"] = Whole, ["audit_seal"] = Whole, ["audit_batch"] = Whole,
        ["evidence_batch"] = But(("lease_until", Work), ("last_problem", Work)),
        ["evidence_token"] = But(("tries", Work), ("next_try_at", Work), ("last_problem", Work), ("asked_at", Work)),
        ["evidence_token_material"] = Whole, ["authority_certificate"] = But(("looked_at", Observed)), ["authority_revocation"] = Whole, ["evidence_function"] = Whole, ["seal_key"] = Whole, ["seal_key_revocation"] = Whole,
        ["evidence_leaf"] = Whole, ["evidence_page"] = Whole, ["evidence_due"] = Whole, ["hash_tree_renewal"] = Whole, ["algorithm_alarm"] = Whole,
        ["validation_material"] = Whole, ["validation_source"] = But(("tried_at", Observed), ("problem", Observed)), ["validation_want"] = But(("tried_at", Observed), ("problem", Observed)),
        ["trusted_list"] = But(("judged_at", Observed)), ["trust_anchor_set"] = Whole,
        ["signature_verdict"] = But(("making_id", Work), ("lease_until", Work), ("looked_at", Observed), ("looked_rules", Observed), ("replayed_at", Observed), ("replay_outcome", Observed)),
        ["verdict_making"] = But(("plan", Work), ("lease_until", Work), ("problem", Work)),
        ["webhook"] = But(("lease_until", Work), ("sequence", Told), ("tried_at", Observed), ("failures", Observed), ("failing_since", Observed), ("next_try_at", Work)),
        ["destruction_order"] = Whole, ["destruction_order_package"] = Whole, ["destruction_acknowledgement"] = Whole,
        ["escrow_report"] = Whole, ["fixity_summary"] = Whole, ["frozen_document"] = Whole, ["frozen_document_part"] = Whole, ["canary_cycle"] = But(("secret", "is told by nobody while the round goes on; a round that was open cannot be judged")), ["canary_object"] = Whole, ["canary_damage"] = Whole,
        ["journal_segment"] = But(("stored_at", "the segment's making stands for it")),
    }.ToFrozenDictionary();

    /// <summary>Tables that do not come back, and why.</summary>
    public static FrozenDictionary<string, string> Left { get; } = new Dictionary<string, string>
    {
        ["audit_detail"] = "details of audit entries can be erased, which the journal could not: they come back from a dump alone; their digests are in the entries",
        ["submission_facts"] = "between checks and archiving; a submission that was at work is checked again",
        ["idempotency_key"] = "answers to requests that a client may repeat within hours",
        ["page_session"] = "people sign in again",
        ["principal_activity"] = "who was not seen yet is counted from the first look on",
        ["proof_failure"] = "how keys were tried lately",
        ["upload"] = "packages on their way; the sender begins again",
        ["journal_entry"] = "what no segment holds is the gap itself",
        ["content_digest"] = "worked out again from the contents by a fixity pass when a hash tree must be renewed",
        ["time_stamp_authority"] = "how authorities behaved lately",
        ["schema_version"] = "the migrations of the new database",
        ["audit_node"] = "made from the seals again",
        ["change"] = "made from the sealed audit log again",
        ["mail_turn"] = Work,
        ["mail_sending"] = "whom mail was sent to lately",
        ["mail_told"] = "open tasks are told of once more",
        ["webhook_delivery"] = "how receivers answered lately",
        ["store_capability"] = "what stores can do is tried again",
        ["store_chore"] = Work,
        ["copy_proof"] = Work,
        ["fixity_pace"] = Work,
        ["fixity_result"] = "what readings showed; newer readings stand for them, and problems are kept for themselves",
        ["sign_of_life"] = Work,
        ["reconciliation_run"] = "what stores held is listed again",
        ["reconciliation_find"] = "what stores held is listed again",
    }.ToFrozenDictionary();

    private const string Planned = "worked out from the configuration";
    private const string Told = "may be an older one: a receiver is told again of what came since";
    private const string Work = "of use only while a process is at work";
    private const string Observed = "what was seen last; it is looked at again";
    private const string Read = "an older reading stands for the last one: the copy is read earlier than it had to be";
    private const string Counts = "counted on while the run goes on; written when its state changes";

    private static FrozenDictionary<string, string> Whole => FrozenDictionary<string, string>.Empty;

    private static FrozenDictionary<string, string> But(params (string Column, string Reason)[] columns) => columns.ToFrozenDictionary(c => c.Column, c => c.Reason);
}
