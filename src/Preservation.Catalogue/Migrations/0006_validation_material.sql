-- What later verifiers of signatures need: certificates, revocation lists, OCSP responses, byte for byte, with source and time. They are the public's,
-- belong to no agency, and are never changed; the service's own work alone sees them.
CREATE TABLE validation_material (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    sha512 bytea NOT NULL UNIQUE,
    content bytea NOT NULL,
    source text NOT NULL,
    subject text NOT NULL,
    fetched_at timestamptz NOT NULL,
    this_update timestamptz NOT NULL,
    next_update timestamptz,
    object_id uuid,
    stored_at timestamptz
);
CREATE INDEX validation_material_subject ON validation_material (kind, subject, this_update);
CREATE INDEX validation_material_open ON validation_material (fetched_at) WHERE stored_at IS NULL;

-- Addresses of revocation lists that any certificate named: each is fetched daily, needed or not.
CREATE TABLE validation_source (
    url text PRIMARY KEY,
    known_since timestamptz NOT NULL,
    tried_at timestamptz,
    problem text
);

-- What a verdict lacked and could not be had yet.
CREATE TABLE validation_want (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject text NOT NULL,
    certificate bytea NOT NULL,
    issuer bytea NOT NULL,
    urls text[] NOT NULL,
    since timestamptz NOT NULL,
    too_late_at timestamptz NOT NULL,
    tried_at timestamptz,
    problem text,
    done_at timestamptz,
    UNIQUE (kind, subject)
);

ALTER TABLE validation_material ENABLE ROW LEVEL SECURITY;
ALTER TABLE validation_source ENABLE ROW LEVEL SECURITY;
ALTER TABLE validation_want ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON validation_material USING (sees_everything());
CREATE POLICY room ON validation_source USING (sees_everything());
CREATE POLICY room ON validation_want USING (sees_everything());
GRANT SELECT, INSERT ON validation_material TO preservation_app;
GRANT UPDATE (object_id, stored_at) ON validation_material TO preservation_app;
GRANT SELECT, INSERT, UPDATE ON validation_source, validation_want TO preservation_app;
GRANT SELECT ON validation_material, validation_source, validation_want TO preservation_read;
