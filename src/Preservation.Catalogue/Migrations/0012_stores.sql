-- What stores were seen to do, locks and legal holds on copies, copies of media that come and go, proofs by several processes, and the register of media.

ALTER TABLE store ADD COLUMN offline boolean NOT NULL DEFAULT false;
ALTER TABLE store ADD COLUMN present boolean NOT NULL DEFAULT true;
ALTER TABLE store ADD COLUMN retired_at timestamptz;

CREATE TABLE store_capability (
    store text NOT NULL REFERENCES store,
    capability text NOT NULL,
    standing text NOT NULL CHECK (standing IN ('Proven', 'Absent', 'Pretended')),
    detail text NOT NULL,
    probed_at timestamptz NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (store, capability)
);

-- Who does a store's own work: one process at a time, and how it ended last.
CREATE TABLE store_chore (
    store text NOT NULL REFERENCES store,
    chore text NOT NULL,
    begun_at timestamptz NOT NULL,
    lease_until timestamptz,
    ended_at timestamptz,
    problem text,
    PRIMARY KEY (store, chore)
);

ALTER TABLE package_copy ADD COLUMN lock_until timestamptz;
ALTER TABLE package_copy ADD COLUMN held boolean NOT NULL DEFAULT false;
ALTER TABLE package_copy ADD COLUMN lock_lease_until timestamptz;
CREATE INDEX package_copy_lock ON package_copy (store, lock_until NULLS FIRST);
CREATE INDEX package_copy_held ON package_copy (package_id) WHERE held;

-- A copy that one process wrote and read back, for the process that finishes the work. Gone when the copy is recorded.
CREATE TABLE copy_proof (
    object_id text NOT NULL,
    store text NOT NULL REFERENCES store,
    inventory_sha512 bytea NOT NULL,
    verified_at timestamptz NOT NULL,
    locked_until timestamptz,
    PRIMARY KEY (object_id, store)
);
ALTER TABLE submission ADD COLUMN waits_for text[];

CREATE TABLE legal_hold (
    id uuid PRIMARY KEY,
    package_id uuid NOT NULL REFERENCES package,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
    placed_by uuid NOT NULL REFERENCES principal,
    placed_at timestamptz NOT NULL,
    released_by uuid REFERENCES principal,
    released_at timestamptz,
    release_reason text CHECK (length(release_reason) BETWEEN 1 AND 2000),
    CHECK (released_by <> placed_by),
    CHECK ((released_by IS NULL) = (released_at IS NULL) AND (released_by IS NULL) = (release_reason IS NULL))
);
CREATE INDEX legal_hold_open ON legal_hold (package_id) WHERE released_at IS NULL;

-- The register of media (Circular 05/2025; Circular 02/2019 Art. 10): number, mark and rated end of what a store's copies lie on.
CREATE TABLE medium (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE CHECK (length(number) BETWEEN 1 AND 100),
    mark text NOT NULL CHECK (length(mark) BETWEEN 1 AND 200),
    kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
    store text NOT NULL REFERENCES store,
    in_service_from date NOT NULL,
    rated_end date NOT NULL,
    registered_by uuid NOT NULL REFERENCES principal,
    registered_at timestamptz NOT NULL,
    retired_by uuid REFERENCES principal,
    retired_at timestamptz,
    CHECK (rated_end > in_service_from),
    CHECK ((retired_by IS NULL) = (retired_at IS NULL))
);

-- Every object of one store onto another, each proven there. What is still to be entered comes after the last object; what is entered are copies like all others.
CREATE TABLE store_migration (
    id uuid PRIMARY KEY,
    from_store text NOT NULL REFERENCES store,
    to_store text NOT NULL REFERENCES store,
    requested_by uuid NOT NULL REFERENCES principal,
    started_at timestamptz NOT NULL,
    last_package uuid,
    entered_at timestamptz,
    ended_at timestamptz,
    CHECK (from_store <> to_store)
);
CREATE UNIQUE INDEX store_migration_open ON store_migration (from_store) WHERE ended_at IS NULL;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['store_capability', 'store_chore', 'copy_proof', 'medium', 'store_migration'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything())', t);
        EXECUTE format('GRANT SELECT ON %I TO preservation_app, preservation_read', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['legal_hold', 'medium', 'store_migration'] LOOP
        EXECUTE format('CREATE TRIGGER journal AFTER INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION journal()', t);
    END LOOP;
END $$;
ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON legal_hold USING (sees_everything() OR EXISTS (SELECT FROM package p WHERE p.id = package_id));
GRANT SELECT ON legal_hold TO preservation_app, preservation_read;
GRANT INSERT, UPDATE ON store_capability, store_chore, copy_proof TO preservation_app;
GRANT DELETE ON copy_proof TO preservation_app;
GRANT INSERT ON legal_hold, medium, store_migration TO preservation_app;
GRANT UPDATE (released_by, released_at, release_reason) ON legal_hold TO preservation_app;
GRANT UPDATE (retired_by, retired_at) ON medium TO preservation_app;
GRANT UPDATE (last_package, entered_at, ended_at) ON store_migration TO preservation_app;
