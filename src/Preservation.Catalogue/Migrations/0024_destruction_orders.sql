-- Orders of destruction: what those who hold copies in escrow are to destroy. One person asks, another approves; from then on the order is a sealed document. The service destroys
-- nothing by it, and each escrow decides for itself: what it says of an order is kept as it came.

CREATE TABLE destruction_order (
    id uuid PRIMARY KEY,
    decision_number text NOT NULL CHECK (length(decision_number) BETWEEN 1 AND 100),
    decision_date date NOT NULL,
    decided_by text NOT NULL CHECK (length(decided_by) BETWEEN 1 AND 300),
    asked_by uuid NOT NULL REFERENCES principal,
    asked_at timestamptz NOT NULL,
    approved_by uuid REFERENCES principal,
    approved_at timestamptz,
    not_before timestamptz,
    document_id uuid UNIQUE REFERENCES frozen_document,
    withdrawn_by uuid REFERENCES principal,
    withdrawn_at timestamptz,
    withdrawal_reason text CHECK (length(withdrawal_reason) BETWEEN 1 AND 2000),
    CHECK (approved_by <> asked_by),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL) AND (approved_by IS NULL) = (not_before IS NULL) AND (approved_by IS NULL) = (document_id IS NULL)),
    CHECK (not_before >= approved_at),
    CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL) AND (withdrawn_by IS NULL) = (withdrawal_reason IS NULL))
);

CREATE TABLE destruction_order_package (
    order_id uuid NOT NULL REFERENCES destruction_order,
    package_id uuid NOT NULL REFERENCES package,
    version integer NOT NULL CHECK (version > 0),
    inventory_sha512 bytea NOT NULL CHECK (length(inventory_sha512) = 64),
    PRIMARY KEY (order_id, package_id)
);
CREATE INDEX destruction_order_of_package ON destruction_order_package (package_id);

-- One row when what an escrow says of an order is something else than before.
CREATE TABLE destruction_acknowledgement (
    order_id uuid NOT NULL REFERENCES destruction_order,
    escrow text NOT NULL CHECK (length(escrow) BETWEEN 1 AND 63),
    report_number bigint NOT NULL CHECK (report_number > 0),
    report_id uuid NOT NULL REFERENCES escrow_report,
    state text NOT NULL CHECK (state IN ('Received', 'Refused', 'AwaitsOperator', 'NotPossible', 'Destroyed', 'Withdrawn')),
    destroyed integer NOT NULL CHECK (destroyed >= 0),
    until timestamptz,
    at timestamptz NOT NULL,
    PRIMARY KEY (order_id, escrow, report_number)
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['destruction_order', 'destruction_order_package', 'destruction_acknowledgement'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything())', t);
        EXECUTE format('GRANT SELECT ON %I TO preservation_app, preservation_read', t);
        EXECUTE format('GRANT INSERT ON %I TO preservation_app', t);
        EXECUTE format('CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION journal_row('''', '''')', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['destruction_order_package', 'destruction_acknowledgement'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t);
        EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t);
    END LOOP;
END $$;
GRANT UPDATE (approved_by, approved_at, not_before, document_id, withdrawn_by, withdrawn_at, withdrawal_reason) ON destruction_order TO preservation_app;
