-- Decisions as records of their own, with reasons for single findings; minutes and lists of a round, and evidence over every frozen document.

-- One act of one person: on one submission, or on a whole round at once.
CREATE TABLE decision (
    id uuid PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    round_id uuid REFERENCES registration_round,
    kind text NOT NULL CHECK (kind IN ('Approved', 'Returned')),
    reason text CHECK (length(reason) BETWEEN 1 AND 4000),
    decided_by uuid NOT NULL REFERENCES principal,
    decided_at timestamptz NOT NULL
);
CREATE INDEX decision_round ON decision (round_id, id) WHERE round_id IS NOT NULL;

-- What it came to for each submission it names; of those it left, in which state they were.
CREATE TABLE decision_submission (
    decision_id uuid NOT NULL REFERENCES decision,
    submission_id uuid NOT NULL REFERENCES submission,
    effect text NOT NULL CHECK (effect IN ('Approved', 'FirstApproval', 'Returned', 'OwnSubmission', 'SamePerson', 'NotAPerson', 'NotWaiting')),
    state text NOT NULL,
    PRIMARY KEY (decision_id, submission_id)
);
CREATE INDEX decision_submission_of ON decision_submission (submission_id);

-- Why, finding by finding.
CREATE TABLE decision_reason (
    decision_id uuid NOT NULL REFERENCES decision,
    submission_id uuid NOT NULL REFERENCES submission,
    ordinal integer NOT NULL CHECK (ordinal > 0),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    PRIMARY KEY (decision_id, submission_id, ordinal)
);

-- An earlier attempt is found by what the producer calls the package, or by the file's name where nothing could be read.
CREATE INDEX submission_object ON submission (agency_id, producer_object_id, received_at) WHERE producer_object_id IS NOT NULL;
CREATE INDEX submission_file_name ON submission (agency_id, file_name, received_at);
CREATE INDEX submission_decided ON submission (received_at, id) WHERE state = 'AwaitingApproval';

-- Minutes and list of a round are made once, when it is closed and everything in it has ended.
ALTER TABLE registration_round ADD COLUMN minutes_id uuid UNIQUE REFERENCES frozen_document;
CREATE INDEX registration_round_unminuted ON registration_round (closed_at) WHERE minutes_id IS NULL AND closed_at IS NOT NULL;
GRANT UPDATE (minutes_id) ON registration_round TO preservation_app;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['decision', 'decision_submission', 'decision_reason'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO preservation_app', t);
        EXECUTE format('GRANT SELECT ON %I TO preservation_read', t);
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t);
        EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t);
        EXECUTE format('CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION journal_row()', t);
    END LOOP;
END $$;
CREATE POLICY room ON decision_submission USING (sees_everything() OR EXISTS (SELECT FROM submission s WHERE s.id = submission_id));
CREATE POLICY room ON decision_reason USING (sees_everything() OR EXISTS (SELECT FROM submission s WHERE s.id = submission_id));
CREATE POLICY room ON decision USING (sees_everything() OR in_scope('agencies', agency_id) OR EXISTS (SELECT FROM decision_submission d WHERE d.decision_id = id));

-- Frozen documents come under evidence part by part.
CREATE FUNCTION due_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evidence_due (kind, subject, sha256, sha512, since) SELECT 'Document', document_id || '/' || name, sha256(body), sha512, added_at FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER due AFTER INSERT ON frozen_document_part REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION due_document();
INSERT INTO evidence_due (kind, subject, sha256, sha512, since) SELECT 'Document', document_id || '/' || name, sha256(body), sha512, added_at FROM frozen_document_part;

CREATE OR REPLACE FUNCTION content_sha512(leaf_kind text, leaf_subject text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT CASE leaf_kind
        WHEN 'File' THEN (SELECT sha512 FROM file WHERE id = leaf_subject::bigint)
        WHEN 'Inventory' THEN (SELECT inventory_sha512 FROM package_version WHERE package_id = split_part(leaf_subject, '/v', 1)::uuid AND version = split_part(leaf_subject, '/v', 2)::integer)
        WHEN 'Receipt' THEN (SELECT sha512 FROM receipt WHERE id = leaf_subject::uuid)
        WHEN 'Material' THEN (SELECT sha512 FROM validation_material WHERE id = leaf_subject::uuid)
        WHEN 'Document' THEN (SELECT sha512 FROM frozen_document_part WHERE document_id = split_part(leaf_subject, '/', 1)::uuid AND name = split_part(leaf_subject, '/', 2))
        WHEN 'Verdict' THEN (SELECT inventory_sha512 FROM verdict_making WHERE id = leaf_subject::uuid)
        WHEN 'AuditHead' THEN (SELECT sha512(head) FROM audit_batch WHERE tree_size = leaf_subject::bigint ORDER BY number LIMIT 1)
        WHEN 'Rehash' THEN content_sha512(split_part(leaf_subject, ':', 1), split_part(leaf_subject, ':', 2))
    END
$$;
