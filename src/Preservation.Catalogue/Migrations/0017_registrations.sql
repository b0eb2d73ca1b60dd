-- An agency registers what it will transfer, the archive answers within working days, and packages come in rounds (Circular 05/2025 ch. IV).

CREATE TABLE registration (
    id uuid PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    agreement_id uuid NOT NULL REFERENCES agreement,
    fonds_id uuid REFERENCES fonds,
    code text NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 100),
    year integer NOT NULL CHECK (year BETWEEN 1900 AND 2999),
    ordinal integer NOT NULL CHECK (ordinal > 0),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    planned_packages integer NOT NULL CHECK (planned_packages > 0),
    planned_bytes bigint CHECK (planned_bytes > 0),
    planned_from date NOT NULL,
    state text NOT NULL CHECK (state IN ('Requested', 'Accepted', 'Refused', 'Withdrawn', 'Closed')),
    requested_by uuid NOT NULL REFERENCES principal,
    requested_at timestamptz NOT NULL,
    answer_due date NOT NULL,
    answered_by uuid REFERENCES principal,
    answered_at timestamptz,
    reason text CHECK (length(reason) BETWEEN 1 AND 2000),
    ended_at timestamptz,
    UNIQUE (agency_id, year, ordinal),
    CHECK (answered_by <> requested_by),
    CHECK ((answered_by IS NULL) = (answered_at IS NULL))
);
CREATE INDEX registration_agency ON registration (agency_id, id);
CREATE INDEX registration_unanswered ON registration (answer_due) WHERE state = 'Requested';

CREATE TABLE registration_round (
    id uuid PRIMARY KEY,
    registration_id uuid NOT NULL REFERENCES registration,
    number integer NOT NULL CHECK (number > 0),
    opens_on date NOT NULL,
    closes_on date NOT NULL,
    planned_packages integer NOT NULL CHECK (planned_packages > 0),
    opened_by uuid NOT NULL REFERENCES principal,
    opened_at timestamptz NOT NULL,
    closed_by uuid REFERENCES principal,
    closed_at timestamptz,
    UNIQUE (registration_id, number),
    CHECK (closes_on >= opens_on),
    CHECK ((closed_by IS NULL) = (closed_at IS NULL))
);
CREATE INDEX registration_round_open ON registration_round (closes_on) WHERE closed_at IS NULL;

ALTER TABLE submission ADD COLUMN round_id uuid REFERENCES registration_round;
CREATE INDEX submission_round ON submission (round_id, state) WHERE round_id IS NOT NULL;
CREATE INDEX submission_unended ON submission (received_at) WHERE state IN ('Received', 'Checking', 'AwaitingApproval', 'Archiving');

ALTER TABLE registration ENABLE ROW LEVEL SECURITY;
ALTER TABLE registration_round ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON registration USING (sees_everything() OR in_scope('agencies', agency_id));
CREATE POLICY room ON registration_round USING (sees_everything() OR EXISTS (SELECT FROM registration r WHERE r.id = registration_id));
GRANT SELECT ON registration, registration_round TO preservation_app, preservation_read;
GRANT INSERT ON registration, registration_round TO preservation_app;
GRANT UPDATE (state, answered_by, answered_at, reason, ended_at) ON registration TO preservation_app;
GRANT UPDATE (closed_by, closed_at) ON registration_round TO preservation_app;

CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON registration FOR EACH ROW EXECUTE FUNCTION journal_row('', '');
CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON registration_round FOR EACH ROW EXECUTE FUNCTION journal_row('', '');
