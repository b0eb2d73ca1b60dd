-- Every verdict on a signed file of a package, the first and those that were made again, beside each other. What a verdict says and rests on never
-- changes; only how far the service has come with it does.
CREATE TABLE signature_verdict (
    id uuid PRIMARY KEY,
    package_id uuid NOT NULL REFERENCES package,
    path text NOT NULL,
    signed_path text NOT NULL,
    shown_path text,
    file_sha512 bytea NOT NULL,
    reason text NOT NULL,
    made_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    engine text NOT NULL,
    rules text NOT NULL,
    basis jsonb NOT NULL,
    outcome text NOT NULL,
    signatures jsonb NOT NULL,
    conclusion jsonb NOT NULL,
    lacking text[] NOT NULL,
    found jsonb,
    report text,
    report_sha512 bytea,
    object_id uuid,
    kept_with uuid NOT NULL REFERENCES signature_verdict,
    supersedes uuid UNIQUE REFERENCES signature_verdict,
    event_id uuid,
    is_newest boolean NOT NULL,
    looked_at timestamptz NOT NULL,
    looked_rules text NOT NULL,
    making_id uuid,
    lease_until timestamptz,
    replayed_at timestamptz,
    replay_outcome text
);
CREATE INDEX signature_verdict_package ON signature_verdict (package_id, path, recorded_at);
CREATE INDEX signature_verdict_newest ON signature_verdict (made_at, id) WHERE is_newest;
CREATE INDEX signature_verdict_replay ON signature_verdict (replayed_at NULLS FIRST, id) WHERE report IS NOT NULL;
CREATE INDEX validation_material_answers ON validation_material ((kind || ' ' || subject), fetched_at);

-- Verdicts being made again for a package: what is to be written and recorded, fixed before the first byte of it is written.
CREATE TABLE verdict_making (
    id uuid PRIMARY KEY,
    package_id uuid NOT NULL REFERENCES package,
    made_at timestamptz NOT NULL,
    plan jsonb,
    inventory_sha512 bytea,
    lease_until timestamptz,
    problem text,
    recorded_at timestamptz
);
CREATE INDEX verdict_making_open ON verdict_making (made_at) WHERE recorded_at IS NULL;

ALTER TABLE signature_verdict ENABLE ROW LEVEL SECURITY;
ALTER TABLE verdict_making ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON signature_verdict USING (sees_everything() OR EXISTS (SELECT FROM package p WHERE p.id = package_id));
CREATE POLICY room ON verdict_making USING (sees_everything());
GRANT SELECT, INSERT ON signature_verdict TO preservation_app;
GRANT UPDATE (is_newest, looked_at, looked_rules, making_id, lease_until, replayed_at, replay_outcome) ON signature_verdict TO preservation_app;
GRANT SELECT, INSERT, UPDATE ON verdict_making TO preservation_app;
GRANT SELECT ON signature_verdict, verdict_making TO preservation_read;
