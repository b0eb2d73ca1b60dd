-- A batch is a tree; its tokens stand apart: several authorities may vouch for one tree, and each answer has its own story. Trees over earlier tokens
-- renew them; trees over contents digested anew renew other trees.

ALTER TABLE evidence_batch ADD COLUMN kind text NOT NULL DEFAULT 'Objects' CHECK (kind IN ('Objects', 'Renewal', 'Rehash'));
ALTER TABLE evidence_batch ADD COLUMN slots integer NOT NULL DEFAULT 1 CHECK (slots BETWEEN 1 AND 4);
ALTER TABLE evidence_batch ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE evidence_batch ALTER COLUMN slots DROP DEFAULT;

CREATE TABLE evidence_token (
    id uuid PRIMARY KEY,
    batch_id uuid NOT NULL REFERENCES evidence_batch,
    slot integer NOT NULL CHECK (slot > 0),
    state text NOT NULL CHECK (state IN ('Asking', 'Answered', 'Proven', 'Refused')),
    tsa text,
    nonce bytea NOT NULL,
    request bytea NOT NULL,
    created_at timestamptz NOT NULL,
    asked_at timestamptz,
    response bytea,
    answered_at timestamptz,
    token bytea,
    token_time timestamptz,
    policy text,
    serial text,
    algorithms text[],
    certificates_end_at timestamptz,
    proven_at timestamptz,
    stored_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    last_problem text,
    CHECK (state NOT IN ('Answered', 'Proven') OR response IS NOT NULL)
);
-- One answer a batch and slot, and no serial number twice from one authority; what was refused is kept as history.
CREATE UNIQUE INDEX evidence_token_slot ON evidence_token (batch_id, slot) WHERE state <> 'Refused';
CREATE UNIQUE INDEX evidence_token_serial ON evidence_token (tsa, serial) WHERE state IN ('Answered', 'Proven');
CREATE INDEX evidence_token_open ON evidence_token (created_at) WHERE state IN ('Asking', 'Answered');

INSERT INTO evidence_token (id, batch_id, slot, state, tsa, nonce, request, created_at, asked_at, response, answered_at, token_time, proven_at, stored_at, last_problem)
SELECT gen_random_uuid(), id, 1, CASE WHEN token IS NULL THEN 'Asking' ELSE 'Proven' END, tsa, nonce, request, created_at, CASE WHEN token IS NOT NULL THEN created_at END, token,
       token_time, token_time, token_time, stored_at, CASE WHEN token IS NULL THEN last_problem END
FROM evidence_batch;
ALTER TABLE evidence_batch ADD COLUMN lead_token uuid REFERENCES evidence_token;
UPDATE evidence_batch b SET lead_token = t.id FROM evidence_token t WHERE t.batch_id = b.id AND t.state = 'Proven';
ALTER TABLE evidence_batch DROP COLUMN nonce, DROP COLUMN request, DROP COLUMN token, DROP COLUMN tsa;

-- Rows of a tree above its leaves, every eighth, up to 256 nodes a page: one record reads one page a row.
CREATE TABLE evidence_page (
    batch_id uuid NOT NULL REFERENCES evidence_batch,
    height integer NOT NULL,
    page integer NOT NULL,
    nodes bytea NOT NULL,
    PRIMARY KEY (batch_id, height, page)
);

-- A leaf of a hash-tree renewal goes on from another leaf: what its digest was made of, and the token that ended the chain before.
ALTER TABLE evidence_leaf ADD COLUMN content_digest bytea;
ALTER TABLE evidence_leaf ADD COLUMN sequence_digest bytea;
ALTER TABLE evidence_leaf ADD COLUMN prior_token uuid REFERENCES evidence_token;
ALTER TABLE evidence_leaf ADD COLUMN of_batch uuid;
ALTER TABLE evidence_leaf ADD COLUMN of_ordinal integer;
CREATE UNIQUE INDEX evidence_leaf_of ON evidence_leaf (of_batch, of_ordinal) WHERE of_batch IS NOT NULL;
CREATE INDEX evidence_leaf_token ON evidence_leaf (subject) WHERE kind = 'TimeStamp';

-- What no tree covers yet, entered with the row itself: looking for it does not go through everything that is covered.
CREATE TABLE evidence_due (
    kind text NOT NULL,
    subject text NOT NULL,
    package_id uuid,
    version integer,
    sha256 bytea,
    sha512 bytea NOT NULL,
    since timestamptz,
    PRIMARY KEY (kind, subject)
);
INSERT INTO evidence_due (kind, subject, package_id, version, sha256, sha512, since)
SELECT * FROM (
    SELECT 'File' AS kind, f.id::text AS subject, f.package_id, f.version_from, f.sha256, f.sha512, NULL::timestamptz FROM file f
    UNION ALL SELECT 'Inventory', v.package_id || '/v' || v.version, v.package_id, v.version, NULL, v.inventory_sha512, v.created_at FROM package_version v
    UNION ALL SELECT 'Receipt', r.id::text, NULL, NULL, sha256(r.body), r.sha512, r.issued_at FROM receipt r
    UNION ALL SELECT 'Material', m.id::text, NULL, NULL, sha256(m.content), m.sha512, m.fetched_at FROM validation_material m
    UNION ALL SELECT 'Verdict', d.id::text, NULL, NULL, NULL, d.inventory_sha512, d.recorded_at FROM verdict_making d WHERE d.inventory_sha512 IS NOT NULL AND d.recorded_at IS NOT NULL
    UNION ALL SELECT 'AuditHead', b.tree_size::text, NULL, NULL, sha256(b.head), sha512(b.head), b.sealed_at FROM audit_batch b) AS d
WHERE NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.kind = d.kind AND l.subject = d.subject AND l.digest = d.sha512);

CREATE FUNCTION due_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evidence_due (kind, subject, package_id, version, sha256, sha512)
    SELECT 'File', id::text, package_id, version_from, sha256, sha512 FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION due_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evidence_due (kind, subject, package_id, version, sha512, since)
    SELECT 'Inventory', package_id || '/v' || version, package_id, version, inventory_sha512, created_at FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION due_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evidence_due (kind, subject, sha256, sha512, since) SELECT 'Receipt', id::text, sha256(body), sha512, issued_at FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION due_material() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evidence_due (kind, subject, sha256, sha512, since) SELECT 'Material', id::text, sha256(content), sha512, fetched_at FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION due_audit_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evidence_due (kind, subject, sha256, sha512, since) SELECT 'AuditHead', tree_size::text, sha256(head), sha512(head), sealed_at FROM added;
    RETURN NULL;
END $$;
-- Verdicts that were made again are planned first and recorded when every store has them.
CREATE FUNCTION due_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.recorded_at IS NULL THEN
        INSERT INTO evidence_due (kind, subject, sha512, since) VALUES ('Verdict', NEW.id::text, NEW.inventory_sha512, NEW.recorded_at);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER due AFTER INSERT ON file REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION due_file();
CREATE TRIGGER due AFTER INSERT ON package_version REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION due_version();
CREATE TRIGGER due AFTER INSERT ON receipt REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION due_receipt();
CREATE TRIGGER due AFTER INSERT ON validation_material REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION due_material();
CREATE TRIGGER due AFTER INSERT ON audit_batch REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION due_audit_head();

CREATE TRIGGER due AFTER INSERT OR UPDATE ON verdict_making FOR EACH ROW WHEN (NEW.inventory_sha512 IS NOT NULL AND NEW.recorded_at IS NOT NULL) EXECUTE FUNCTION due_verdict();

-- How an authority behaves: when it may be asked again, and how often it was today.
CREATE TABLE time_stamp_authority (
    name text PRIMARY KEY,
    failures integer NOT NULL DEFAULT 0,
    not_before timestamptz,
    day date,
    asked integer NOT NULL DEFAULT 0,
    last_answer_at timestamptz,
    last_problem text
);

-- Digests of contents by further functions, read in a fixity pass from bytes that were proven to be the right ones.
CREATE TABLE content_digest (
    sha512 bytea NOT NULL,
    algorithm text NOT NULL,
    digest bytea NOT NULL,
    read_at timestamptz NOT NULL,
    PRIMARY KEY (sha512, algorithm)
);
CREATE TABLE hash_tree_renewal (
    id uuid PRIMARY KEY,
    from_algorithm text NOT NULL,
    to_algorithm text NOT NULL,
    reason text NOT NULL,
    started_at timestamptz NOT NULL,
    due_at timestamptz,
    ended_at timestamptz,
    CHECK (from_algorithm <> to_algorithm)
);
CREATE UNIQUE INDEX hash_tree_renewal_open ON hash_tree_renewal (from_algorithm) WHERE ended_at IS NULL;

-- An algorithm is said to be broken as of a time by one person and counts so when another has confirmed it. Appended, never rewritten but for the confirmation.
CREATE TABLE algorithm_alarm (
    id uuid PRIMARY KEY,
    algorithm text NOT NULL,
    below_bits integer,
    broken_at timestamptz NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    announced_by uuid NOT NULL REFERENCES principal,
    announced_at timestamptz NOT NULL,
    confirmed_by uuid REFERENCES principal,
    confirmed_at timestamptz,
    CHECK (confirmed_by <> announced_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['evidence_token', 'evidence_page', 'evidence_due', 'time_stamp_authority', 'content_digest', 'hash_tree_renewal', 'algorithm_alarm'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything())', t);
        EXECUTE format('GRANT SELECT ON %I TO preservation_app, preservation_read', t);
    END LOOP;
END $$;
CREATE POLICY append ON evidence_due FOR INSERT WITH CHECK (true);
GRANT INSERT, DELETE ON evidence_due TO preservation_app;
GRANT INSERT, UPDATE ON evidence_token, time_stamp_authority, hash_tree_renewal TO preservation_app;
GRANT INSERT ON evidence_page, content_digest, algorithm_alarm TO preservation_app;
GRANT UPDATE (confirmed_by, confirmed_at) ON algorithm_alarm TO preservation_app;

-- A batch keeps what it was made of; a token keeps what was asked and what came.
REVOKE UPDATE ON evidence_batch FROM preservation_app;
GRANT UPDATE (state, lead_token, token_time, stored_at, lease_until, last_problem) ON evidence_batch TO preservation_app;
CREATE FUNCTION keep_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.request <> OLD.request OR NEW.batch_id <> OLD.batch_id OR NEW.slot <> OLD.slot
        OR (OLD.response IS NOT NULL AND NEW.response IS DISTINCT FROM OLD.response)
        OR (OLD.token IS NOT NULL AND NEW.token IS DISTINCT FROM OLD.token) OR OLD.state = 'Refused' OR (OLD.state = 'Proven' AND NEW.state <> 'Proven') THEN
        RAISE EXCEPTION 'what was asked and answered is kept as it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_answer BEFORE UPDATE OR DELETE ON evidence_token FOR EACH ROW EXECUTE FUNCTION keep_answer();

-- SHA-512 of what a leaf is of; null when that is no longer kept.
CREATE FUNCTION content_sha512(leaf_kind text, leaf_subject text) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT CASE leaf_kind
        WHEN 'File' THEN (SELECT sha512 FROM file WHERE id = leaf_subject::bigint)
        WHEN 'Inventory' THEN (SELECT inventory_sha512 FROM package_version WHERE package_id = split_part(leaf_subject, '/v', 1)::uuid AND version = split_part(leaf_subject, '/v', 2)::integer)
        WHEN 'Receipt' THEN (SELECT sha512 FROM receipt WHERE id = leaf_subject::uuid)
        WHEN 'Material' THEN (SELECT sha512 FROM validation_material WHERE id = leaf_subject::uuid)
        WHEN 'Verdict' THEN (SELECT inventory_sha512 FROM verdict_making WHERE id = leaf_subject::uuid)
        WHEN 'AuditHead' THEN (SELECT sha512(head) FROM audit_batch WHERE tree_size = leaf_subject::bigint ORDER BY number LIMIT 1)
        WHEN 'Rehash' THEN content_sha512(split_part(leaf_subject, ':', 1), split_part(leaf_subject, ':', 2))
    END
$$;
