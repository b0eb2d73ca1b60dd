-- What escrows say: each pass of an escrow is a report, signed by a key of its own. A report is kept as it came, and never changed.

CREATE TABLE escrow_report (
    id uuid PRIMARY KEY,
    escrow text NOT NULL CHECK (length(escrow) BETWEEN 1 AND 63),
    number bigint NOT NULL CHECK (number > 0),
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    complete_until timestamptz,
    objects bigint NOT NULL CHECK (objects >= 0),
    body bytea NOT NULL,
    sha512 bytea NOT NULL CHECK (length(sha512) = 64),
    signature bytea NOT NULL,
    received_by uuid NOT NULL REFERENCES principal,
    received_at timestamptz NOT NULL,
    UNIQUE (escrow, number)
);
ALTER TABLE escrow_report ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON escrow_report USING (sees_everything());
GRANT SELECT ON escrow_report TO preservation_app, preservation_read;
GRANT INSERT ON escrow_report TO preservation_app;
CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON escrow_report FOR EACH ROW EXECUTE FUNCTION journal_row('', '');
