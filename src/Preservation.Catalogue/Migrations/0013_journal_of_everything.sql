-- From any one complete copy the catalogue can be made again: the journal takes up every row that the objects on the stores do not tell by themselves.
-- Left out is what the objects hold anyway (digests of files, contents of validation material, leaves and pages of trees, keys of copies) and what is
-- only of use while a process works on it. A trigger's first argument names columns that are not written, its second those that are written with the
-- row but whose change alone is not worth an entry: the trigger is the one place that says so.

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['agency','agency_code','agency_succession','principal','credential','fonds','role_grant','agreement',
        'agreement_version','submission','submission_finding','receipt','package_hold','task','audit_entry','audit_seal','audit_batch','premis_event',
        'legal_hold','medium','store_migration']
    LOOP
        EXECUTE format('DROP TRIGGER journal ON %I', t);
    END LOOP;
END $$;
DROP FUNCTION journal();

CREATE FUNCTION journal_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    omitted text[] := string_to_array(coalesce(TG_ARGV[0], ''), ',');
    quiet text[] := string_to_array(coalesce(TG_ARGV[1], ''), ',');
    data jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END - omitted;
BEGIN
    IF TG_OP = 'UPDATE' AND data - quiet = to_jsonb(OLD) - omitted - quiet THEN RETURN NULL; END IF;
    INSERT INTO journal_entry (at, table_name, operation, row_data) VALUES (clock_timestamp(), TG_TABLE_NAME, TG_OP, data);
    RETURN NULL;
END $$;

-- What comes by the thousand is one entry a statement: an array of rows.
CREATE FUNCTION journal_page() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE omitted text[] := string_to_array(coalesce(TG_ARGV[0], ''), ',');
BEGIN
    INSERT INTO journal_entry (at, table_name, operation, row_data)
    SELECT clock_timestamp(), TG_TABLE_NAME, TG_OP, jsonb_agg(to_jsonb(a) - omitted) FROM added a HAVING count(*) > 0;
    RETURN NULL;
END $$;

-- Copies of the journal's own objects are known from the objects: entering them would make the next segment, for ever.
CREATE FUNCTION journal_copy() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    omitted text[] := string_to_array(coalesce(TG_ARGV[0], ''), ',');
    quiet text[] := string_to_array(coalesce(TG_ARGV[1], ''), ',');
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - omitted - quiet = to_jsonb(OLD) - omitted - quiet THEN RETURN NULL; END IF;
    IF EXISTS (SELECT FROM journal_segment s WHERE s.object_id = NEW.object_id) THEN RETURN NULL; END IF;
    INSERT INTO journal_entry (at, table_name, operation, row_data) VALUES (clock_timestamp(), TG_TABLE_NAME, TG_OP, to_jsonb(NEW) - omitted);
    RETURN NULL;
END $$;
CREATE INDEX journal_segment_object ON journal_segment (object_id);

DO $$
DECLARE
    t text;
    omitted text;
    quiet text;
BEGIN
    FOR t, omitted, quiet IN VALUES
        ('agency', '', ''), ('agency_code', '', ''), ('agency_succession', '', ''), ('principal', '', ''), ('credential', '', ''), ('fonds', '', ''), ('role_grant', '', ''),
        ('agreement', '', ''), ('agreement_version', '', ''),
        ('submission', 'lease_until,attempt,not_before,failures,last_problem,plan,waits_for', 'staging_key'), ('submission_finding', '', ''), ('submission_step', '', ''), ('receipt', '', ''),
        ('package', '', ''), ('package_alias', '', ''), ('package_hold', '', ''), ('package_version', '', ''), ('dossier', '', ''), ('document', '', ''), ('dossier_document', '', ''),
        ('store', '', 'last_seen_at,last_problem,present'), ('legal_hold', '', ''), ('medium', '', ''), ('store_migration', '', 'last_package'), ('fixity_run', '', 'copies_read,files_read,bytes_read,problems,repaired'), ('fixity_problem', '', ''),
        ('premis_event', '', ''), ('task', '', ''), ('audit_entry', '', ''), ('audit_seal', '', ''), ('audit_batch', '', ''),
        ('evidence_batch', 'lease_until,last_problem', ''), ('evidence_token', '', 'tries,next_try_at,last_problem,asked_at'),
        ('hash_tree_renewal', '', ''), ('algorithm_alarm', '', ''), ('evidence_token_material', '', ''), ('authority_certificate', '', 'looked_at'), ('authority_revocation', '', ''), ('evidence_function', '', ''),
        ('validation_material', 'content', ''), ('validation_source', '', 'tried_at,problem'), ('validation_want', '', 'tried_at,problem'),
        ('trusted_list', '', 'judged_at'), ('trust_anchor_set', 'content', ''),
        ('signature_verdict', 'making_id,lease_until', 'looked_at,looked_rules,replayed_at,replay_outcome'), ('verdict_making', 'plan,lease_until,problem', '')
    LOOP
        EXECUTE format('CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION journal_row(%L, %L)', t, omitted, quiet);
    END LOOP;
END $$;
CREATE TRIGGER journal AFTER INSERT OR UPDATE ON package_copy FOR EACH ROW EXECUTE FUNCTION journal_copy('lease_until,lock_lease_until', 'verified_at,last_read_at,last_result,lock_until');
CREATE TRIGGER journal AFTER INSERT ON file REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION journal_page('version_until,sha256,sha512');
CREATE TRIGGER journal AFTER INSERT ON document_file REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION journal_page();

-- What was there before is entered now.
DO $$
DECLARE
    t text;
    omitted text[];
BEGIN
    FOR t, omitted IN SELECT c.relname, string_to_array(split_part(encode(g.tgargs, 'escape'), '\000', 1), ',') FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
        WHERE g.tgname = 'journal' AND c.relname IN ('submission_step', 'package', 'package_alias', 'package_version', 'dossier', 'document', 'dossier_document', 'store', 'fixity_run', 'fixity_problem',
            'evidence_batch', 'evidence_token', 'hash_tree_renewal', 'algorithm_alarm', 'evidence_token_material', 'authority_certificate', 'authority_revocation', 'evidence_function', 'validation_material', 'validation_source', 'validation_want', 'trusted_list', 'trust_anchor_set',
            'signature_verdict', 'verdict_making', 'package_copy')
    LOOP
        EXECUTE format('INSERT INTO journal_entry (at, table_name, operation, row_data) SELECT clock_timestamp(), %L, ''INSERT'', to_jsonb(r) - $1 FROM %I r%s', t, t,
            CASE t WHEN 'package_copy' THEN ' WHERE NOT EXISTS (SELECT FROM journal_segment s WHERE s.object_id = r.object_id)' ELSE '' END) USING omitted;
    END LOOP;
END $$;
INSERT INTO journal_entry (at, table_name, operation, row_data)
SELECT clock_timestamp(), 'file', 'INSERT', jsonb_agg(to_jsonb(f) - ARRAY['version_until', 'sha256', 'sha512', 'page'])
FROM (SELECT *, row_number() OVER (PARTITION BY package_id ORDER BY id) / 4096 AS page FROM file) f GROUP BY f.package_id, f.page;
INSERT INTO journal_entry (at, table_name, operation, row_data)
SELECT clock_timestamp(), 'document_file', 'INSERT', jsonb_agg(to_jsonb(f) - ARRAY['page'])
FROM (SELECT *, row_number() OVER (ORDER BY document_id, file_id) / 4096 AS page FROM document_file) f GROUP BY f.page;

-- An entry whose segment every store has is there twice; the catalogue does not grow with its own history.
DELETE FROM journal_entry e USING journal_segment s WHERE s.number = e.segment AND s.stored_at IS NOT NULL;
CREATE INDEX journal_entry_segment ON journal_entry (segment) WHERE segment IS NOT NULL;
GRANT DELETE ON journal_entry TO preservation_app;
CREATE POLICY stored ON journal_entry AS RESTRICTIVE FOR DELETE USING (EXISTS (SELECT FROM journal_segment s WHERE s.number = segment AND s.stored_at IS NOT NULL));

-- A batch names its first token and a token its batch: both come back in one transaction.
ALTER TABLE evidence_batch ALTER CONSTRAINT evidence_batch_lead_token_fkey DEFERRABLE INITIALLY IMMEDIATE;

-- Reconciliation: what a store lists against what the catalogue says, and what of it does not fit.
CREATE INDEX copy_key ON copy (store, key COLLATE "C");
CREATE TABLE reconciliation_run (
    id uuid PRIMARY KEY,
    store text NOT NULL REFERENCES store,
    state text NOT NULL CHECK (state IN ('Running', 'Ended')),
    requested_by uuid REFERENCES principal,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    parts_done integer NOT NULL DEFAULT 0,
    parts integer NOT NULL DEFAULT 0,
    keys_listed bigint NOT NULL DEFAULT 0,
    keys_known bigint NOT NULL DEFAULT 0,
    removed bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    last_problem text
);
CREATE UNIQUE INDEX reconciliation_run_open ON reconciliation_run (store) WHERE state = 'Running';
CREATE TABLE reconciliation_find (
    store text NOT NULL REFERENCES store,
    key text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('Missing', 'Size', 'Unknown')),
    run_id uuid NOT NULL REFERENCES reconciliation_run,
    package_id uuid,
    object_prefix text NOT NULL,
    expected_bytes bigint,
    found_bytes bigint,
    etag text,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome text,
    PRIMARY KEY (store, key)
);
CREATE INDEX reconciliation_find_open ON reconciliation_find (store, kind, object_prefix) WHERE ended_at IS NULL;

-- Drills: packages that were restored from a store to a scratch place and verified as a stranger would.
CREATE TABLE restore_drill (
    id uuid PRIMARY KEY,
    package_id uuid NOT NULL,
    store text NOT NULL REFERENCES store,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('Passed', 'Failed')),
    files bigint NOT NULL,
    bytes bigint NOT NULL,
    report jsonb NOT NULL
);
CREATE INDEX restore_drill_when ON restore_drill (started_at DESC);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['reconciliation_run', 'reconciliation_find', 'restore_drill'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything())', t);
        EXECUTE format('GRANT SELECT ON %I TO preservation_app, preservation_read', t);
    END LOOP;
END $$;
GRANT INSERT, UPDATE ON reconciliation_run, reconciliation_find TO preservation_app;
GRANT INSERT ON restore_drill TO preservation_app;
CREATE TRIGGER journal AFTER INSERT ON restore_drill FOR EACH ROW EXECUTE FUNCTION journal_row();
