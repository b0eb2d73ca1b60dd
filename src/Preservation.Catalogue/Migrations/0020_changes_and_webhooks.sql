-- What changed, for those it concerns: the sealed audit log by agency, and its delivery to receivers that an agency names.

-- Entries of the audit log that are told of. A place in the sealed log is given one after the other to what is committed, so whoever goes on from a place
-- misses nothing, whatever was written at the same time.
CREATE TABLE change (
    sequence bigint PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    type text NOT NULL,
    entry_id bigint NOT NULL REFERENCES audit_entry
);
CREATE INDEX change_agency ON change (agency_id, sequence);
CREATE INDEX change_type ON change (agency_id, type, sequence);

CREATE FUNCTION change_types() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY['agreement.create', 'agreement.version', 'deadline.near', 'document.frozen', 'evidence.stored', 'fixity.outcome', 'fixity.problem', 'hold.lift', 'hold.place',
        'package.preserved', 'receipt.issued', 'registration.accepted', 'registration.close', 'registration.refused', 'registration.request', 'registration.withdrawn', 'round.close', 'round.open',
        'submission.again', 'submission.approved', 'submission.checked', 'submission.receive', 'submission.returned', 'task.decide', 'verdict.remade', 'webhook.paused']
$$;

-- Also what lies in the log already: for this migration, and when the catalogue was made again from a store.
CREATE FUNCTION refill_changes() RETURNS void LANGUAGE sql AS $$
    INSERT INTO change (sequence, agency_id, type, entry_id)
    SELECT s.sequence, e.agency_id, e.action, e.id FROM audit_seal s JOIN audit_entry e ON e.id = s.entry_id
    WHERE e.agency_id IS NOT NULL AND e.action = ANY (change_types()) ON CONFLICT DO NOTHING
$$;
REVOKE ALL ON FUNCTION refill_changes() FROM PUBLIC;
SELECT refill_changes();

CREATE FUNCTION tell_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change (sequence, agency_id, type, entry_id)
    SELECT a.sequence, e.agency_id, e.action, e.id FROM added a JOIN audit_entry e ON e.id = a.entry_id WHERE e.agency_id IS NOT NULL AND e.action = ANY (change_types());
    RETURN NULL;
END $$;
CREATE TRIGGER tell AFTER INSERT ON audit_seal REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tell_changes();

-- A receiver's secret is worked out of a key that the service alone has, of the row's id and of this number: no dump and no journal tells it.
CREATE TABLE webhook (
    id uuid PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
    types text[] NOT NULL,
    secret_number integer NOT NULL CHECK (secret_number > 0),
    state text NOT NULL CHECK (state IN ('Active', 'Paused', 'Ended')),
    sequence bigint NOT NULL,
    created_by uuid NOT NULL REFERENCES principal,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    tried_at timestamptz,
    failures integer NOT NULL,
    failing_since timestamptz,
    next_try_at timestamptz,
    lease_until timestamptz,
    CHECK ((state = 'Ended') = (ended_at IS NOT NULL))
);
CREATE INDEX webhook_agency ON webhook (agency_id, id);
CREATE INDEX webhook_active ON webhook (tried_at) WHERE state = 'Active';
CREATE TABLE webhook_delivery (
    id uuid PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES webhook,
    first_sequence bigint NOT NULL,
    last_sequence bigint NOT NULL,
    changes integer NOT NULL,
    attempt integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    status integer,
    problem text
);
CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook_id, id DESC);
CREATE INDEX webhook_delivery_old ON webhook_delivery (started_at);

ALTER TABLE change ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON change USING (sees_everything() OR in_scope('agencies', agency_id));
CREATE POLICY room ON webhook USING (sees_everything() OR in_scope('agencies', agency_id));
CREATE POLICY room ON webhook_delivery USING (sees_everything() OR EXISTS (SELECT FROM webhook w WHERE w.id = webhook_id));
GRANT SELECT ON change, webhook, webhook_delivery TO preservation_app, preservation_read;
GRANT INSERT ON change, webhook, webhook_delivery TO preservation_app;
GRANT UPDATE (secret_number, state, sequence, ended_at, tried_at, failures, failing_since, next_try_at, lease_until) ON webhook TO preservation_app;
GRANT DELETE ON webhook_delivery TO preservation_app;
CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON webhook FOR EACH ROW EXECUTE FUNCTION journal_row('lease_until', 'sequence,tried_at,failures,failing_since,next_try_at');

-- Who comes in for one case sees what the log tells of it, and the decisions on it: entries about the package, its submissions, their receipts and tasks, and nothing else.
CREATE FUNCTION of_case(thing text, identifier text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('preservation.packages', true), '') IS NOT NULL AND CASE thing
        WHEN 'package' THEN in_scope('packages', identifier::uuid)
        WHEN 'submission' THEN EXISTS (SELECT FROM submission s WHERE s.id = identifier::uuid AND in_scope('packages', s.package_id))
        WHEN 'receipt' THEN EXISTS (SELECT FROM receipt r JOIN submission s ON s.id = r.submission_id WHERE r.id = identifier::uuid AND in_scope('packages', s.package_id))
        WHEN 'task' THEN EXISTS (SELECT FROM task t LEFT JOIN submission s ON s.id = t.submission_id WHERE t.id = identifier::uuid AND (in_scope('packages', t.package_id) OR in_scope('packages', s.package_id)))
        ELSE false END
$$;
DROP POLICY room ON audit_entry;
CREATE POLICY room ON audit_entry FOR SELECT USING (sees_everything() OR in_scope('agencies', agency_id) OR of_case(subject_kind, subject_id));
DROP POLICY room ON task;
CREATE POLICY room ON task USING (sees_everything() OR in_scope('agencies', agency_id) OR in_scope('packages', package_id)
    OR EXISTS (SELECT FROM submission s WHERE s.id = submission_id AND in_scope('packages', s.package_id)));
DROP POLICY room ON premis_event;
CREATE POLICY room ON premis_event USING (sees_everything() OR in_scope('agencies', agency_id) OR in_scope('packages', package_id)
    OR EXISTS (SELECT FROM package p WHERE p.id = premis_event.package_id) OR EXISTS (SELECT FROM submission s WHERE s.id = submission_id AND in_scope('packages', s.package_id)));
