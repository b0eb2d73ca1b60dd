-- What is known of the certificates above tokens, what a renewal adds to a token before it covers it, and how much lies under a tree.

-- SHA-256 of the authority's certificate and of those above it; null for tokens of before, whose bytes say it.
ALTER TABLE evidence_token ADD COLUMN certificates bytea[];
-- The token as the next tree covers it: with the revocation data of that day. Fixed when the first tree over it is entered.
ALTER TABLE evidence_token ADD COLUMN renewed_form bytea;
UPDATE evidence_token t SET renewed_form = t.token WHERE t.token IS NOT NULL AND (EXISTS (SELECT FROM evidence_leaf l WHERE l.kind = 'TimeStamp' AND l.subject = t.id::text)
    OR t.id IN (SELECT prior_token FROM evidence_leaf WHERE prior_token IS NOT NULL));
-- The tokens of the chain before, in order, as a hash-tree renewal covered them.
ALTER TABLE evidence_leaf ADD COLUMN prior_tokens uuid[];

-- Objects under a tree, through trees over tokens too, and the bytes of their contents.
ALTER TABLE evidence_batch ADD COLUMN objects bigint NOT NULL DEFAULT 0;
ALTER TABLE evidence_batch ADD COLUMN bytes bigint NOT NULL DEFAULT 0;
UPDATE evidence_batch b SET objects = b.leaves, bytes = coalesce((
    SELECT sum(coalesce(f.bytes, length(m.content), length(r.body), 0)) FROM evidence_leaf l
        CROSS JOIN LATERAL (SELECT CASE WHEN l.kind = 'Rehash' THEN split_part(l.subject, ':', 1) ELSE l.kind END AS kind, CASE WHEN l.kind = 'Rehash' THEN split_part(l.subject, ':', 2) ELSE l.subject END AS subject) s
        LEFT JOIN file f ON s.kind = 'File' AND f.id::text = s.subject
        LEFT JOIN validation_material m ON s.kind = 'Material' AND m.id::text = s.subject
        LEFT JOIN receipt r ON s.kind = 'Receipt' AND r.id::text = s.subject
    WHERE l.batch_id = b.id), 0) WHERE kind <> 'Renewal';
-- The oldest first: a tree over tokens has what the trees of these have, each once.
DO $$
DECLARE one uuid;
BEGIN
    FOR one IN SELECT id FROM evidence_batch WHERE kind = 'Renewal' ORDER BY created_at, id LOOP
        UPDATE evidence_batch b SET (objects, bytes) = (
            SELECT coalesce(sum(u.objects), 0), coalesce(sum(u.bytes), 0) FROM (
                SELECT DISTINCT p.id, p.objects, p.bytes FROM evidence_leaf l JOIN evidence_token t ON t.id::text = l.subject JOIN evidence_batch p ON p.id = t.batch_id WHERE l.batch_id = one AND l.kind = 'TimeStamp') u)
        WHERE b.id = one;
    END LOOP;
END $$;

CREATE TABLE authority_certificate (
    sha256 bytea PRIMARY KEY,
    certificate bytea NOT NULL,
    subject text NOT NULL,
    not_after timestamptz NOT NULL,
    looked_at timestamptz,
    CHECK (sha256 = sha256(certificate))
);

-- A certificate is revoked: a list or an answer says so, or one person does and another confirms it. Appended, never rewritten but for the confirmation.
CREATE TABLE authority_revocation (
    id uuid PRIMARY KEY,
    certificate bytea NOT NULL REFERENCES authority_certificate,
    revoked_at timestamptz NOT NULL,
    compromise boolean NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    source text,
    announced_by uuid REFERENCES principal,
    announced_at timestamptz NOT NULL,
    confirmed_by uuid REFERENCES principal,
    confirmed_at timestamptz,
    CHECK ((source IS NULL) = (announced_by IS NOT NULL)),
    CHECK (source IS NULL OR (confirmed_by IS NULL AND confirmed_at IS NOT NULL)),
    CHECK (source IS NOT NULL OR (confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (confirmed_by <> announced_by)
);
CREATE UNIQUE INDEX authority_revocation_found ON authority_revocation (certificate, revoked_at, compromise) WHERE source IS NOT NULL;

-- A function that trees were to be made by is relied on no more: from then on another one is taken in its place.
CREATE TABLE evidence_function (
    replaced text PRIMARY KEY,
    algorithm text NOT NULL,
    reason text NOT NULL,
    since timestamptz NOT NULL,
    CHECK (replaced <> algorithm)
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['authority_certificate', 'authority_revocation', 'evidence_function'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything())', t);
        EXECUTE format('GRANT SELECT ON %I TO preservation_app, preservation_read', t);
    END LOOP;
END $$;
GRANT INSERT ON authority_certificate, authority_revocation TO preservation_app;
GRANT INSERT, UPDATE ON evidence_function TO preservation_app;
-- A content that is read again was the right one at that later time too.
GRANT UPDATE (read_at) ON content_digest TO preservation_app;
GRANT UPDATE (looked_at) ON authority_certificate TO preservation_app;
GRANT UPDATE (confirmed_by, confirmed_at) ON authority_revocation TO preservation_app;

CREATE OR REPLACE FUNCTION keep_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.request <> OLD.request OR NEW.batch_id <> OLD.batch_id OR NEW.slot <> OLD.slot
        OR (OLD.response IS NOT NULL AND NEW.response IS DISTINCT FROM OLD.response)
        OR (OLD.token IS NOT NULL AND NEW.token IS DISTINCT FROM OLD.token) OR OLD.state = 'Refused' OR (OLD.state = 'Proven' AND NEW.state <> 'Proven')
        OR (OLD.renewed_form IS NOT NULL AND NEW.renewed_form IS DISTINCT FROM OLD.renewed_form) THEN
        RAISE EXCEPTION 'what was asked and answered is kept as it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
