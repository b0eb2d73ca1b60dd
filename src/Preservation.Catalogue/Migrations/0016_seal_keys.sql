-- Keys that receipts were sealed with, so that they can be checked long after a key left the configuration; and revocations: one person says so, another
-- confirms it. Both are public and the same for all. Appended, never rewritten but for the confirmation and for when a key ended.

CREATE TABLE seal_key (
    id text PRIMARY KEY,
    certificate bytea NOT NULL,
    algorithm text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    first_seen_at timestamptz NOT NULL,
    CHECK (id ~ '^[0-9a-f]{64}$')
);
CREATE TABLE seal_key_revocation (
    id uuid PRIMARY KEY,
    key_id text NOT NULL REFERENCES seal_key,
    revoked_at timestamptz NOT NULL,
    compromise boolean NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    announced_by uuid NOT NULL REFERENCES principal,
    announced_at timestamptz NOT NULL,
    confirmed_by uuid REFERENCES principal,
    confirmed_at timestamptz,
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (confirmed_by <> announced_by)
);
CREATE INDEX seal_key_revocation_key ON seal_key_revocation (key_id);
GRANT SELECT ON seal_key, seal_key_revocation TO preservation_app, preservation_read;
GRANT INSERT ON seal_key, seal_key_revocation TO preservation_app;
GRANT UPDATE (valid_until) ON seal_key TO preservation_app;
GRANT UPDATE (confirmed_by, confirmed_at) ON seal_key_revocation TO preservation_app;
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['seal_key', 'seal_key_revocation'] LOOP
        EXECUTE format('CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION journal_row()', t);
    END LOOP;
END $$;
