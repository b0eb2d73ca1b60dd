-- Everyone stays in their room, and history is append-only: the database holds both, whatever the code does.

CREATE FUNCTION sees_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT current_setting('preservation.everything', true) = 'on' $$;

CREATE FUNCTION in_scope(setting text, candidate uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT candidate IS NOT NULL
      AND candidate = ANY (string_to_array(nullif(current_setting('preservation.' || setting, true), ''), ',')::uuid[]) $$;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['submission','submission_step','submission_finding','receipt','package','package_alias','package_hold',
        'package_version','dossier','document','dossier_document','file','document_file','package_copy','copy','fixity_problem',
        'premis_event','task','audit_entry','audit_detail','agreement','agreement_version','fonds','evidence_leaf','role_grant','credential']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    END LOOP;
END $$;

CREATE POLICY room ON submission USING (sees_everything() OR in_scope('agencies', agency_id) OR in_scope('packages', package_id));
CREATE POLICY room ON package USING (sees_everything() OR in_scope('agencies', producer_id) OR in_scope('agencies', custodian_id)
    OR in_scope('fonds', fonds_id) OR in_scope('packages', id));
CREATE POLICY room ON agreement USING (sees_everything() OR in_scope('agencies', agency_id));
CREATE POLICY room ON fonds USING (sees_everything() OR in_scope('agencies', agency_id) OR in_scope('fonds', id));
CREATE POLICY room ON agreement_version USING (sees_everything() OR EXISTS (SELECT FROM agreement a WHERE a.id = agreement_id));
CREATE POLICY room ON role_grant USING (sees_everything());
CREATE POLICY room ON credential USING (sees_everything());
CREATE POLICY room ON task USING (sees_everything() OR in_scope('agencies', agency_id) OR in_scope('packages', package_id));
CREATE POLICY room ON premis_event USING (sees_everything() OR in_scope('agencies', agency_id) OR in_scope('packages', package_id)
    OR EXISTS (SELECT FROM package p WHERE p.id = premis_event.package_id));
CREATE POLICY room ON audit_entry FOR SELECT USING (sees_everything() OR in_scope('agencies', agency_id));
CREATE POLICY append ON audit_entry FOR INSERT WITH CHECK (true);
CREATE POLICY room ON audit_detail FOR SELECT USING (sees_everything() OR EXISTS (SELECT FROM audit_entry e WHERE e.id = entry_id));
CREATE POLICY append ON audit_detail FOR INSERT WITH CHECK (true);
CREATE POLICY erase ON audit_detail FOR UPDATE USING (sees_everything());

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['submission_step','submission_finding','receipt'] LOOP
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything() OR EXISTS (SELECT FROM submission s WHERE s.id = submission_id))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['package_alias','package_hold','package_version','dossier','document','file','package_copy','copy','fixity_problem','evidence_leaf'] LOOP
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything() OR EXISTS (SELECT FROM package p WHERE p.id = package_id))', t);
    END LOOP;
END $$;
CREATE POLICY room ON dossier_document USING (sees_everything() OR EXISTS (SELECT FROM dossier d WHERE d.id = dossier_id));
CREATE POLICY room ON document_file USING (sees_everything() OR EXISTS (SELECT FROM document d WHERE d.id = document_id));

GRANT USAGE ON SCHEMA public TO preservation_app, preservation_read;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO preservation_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO preservation_read;
REVOKE ALL ON credential FROM preservation_read;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO preservation_app;

-- History: appended, never rewritten. An audit detail can only be erased; its entry and digest stay.
REVOKE UPDATE ON audit_entry, audit_batch, audit_seal, receipt, premis_event, package_version, submission_finding, evidence_leaf,
    agreement_version, schema_version FROM preservation_app;
REVOKE INSERT ON schema_version FROM preservation_app;
REVOKE UPDATE ON audit_detail FROM preservation_app;
GRANT UPDATE (detail, erased_at) ON audit_detail TO preservation_app;
GRANT DELETE ON submission_step TO preservation_app;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['audit_entry','audit_batch','audit_seal','receipt','premis_event','package_version','submission_finding','evidence_leaf','agreement_version'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t);
        EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t);
    END LOOP;
END $$;
CREATE FUNCTION only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.detail IS NOT NULL OR NEW.salt <> OLD.salt OR NEW.entry_id <> OLD.entry_id THEN
        RAISE EXCEPTION 'an audit detail can only be erased' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_erase BEFORE UPDATE OR DELETE ON audit_detail FOR EACH ROW EXECUTE FUNCTION only_erase();
