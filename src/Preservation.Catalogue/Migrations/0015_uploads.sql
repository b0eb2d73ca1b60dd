-- Packages that come in pieces (tus 1.0): one row an upload, its bytes in staging. What counts as received is what was forced to the medium before the row said so.

CREATE TABLE upload (
    id uuid PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    created_by uuid NOT NULL REFERENCES principal,
    state text NOT NULL CHECK (state IN ('Open', 'Taken', 'Terminated', 'Expired', 'Lost')),
    file_name text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 255),
    metadata text NOT NULL CHECK (length(metadata) <= 4096),
    length bigint NOT NULL CHECK (length >= 0),
    received bigint NOT NULL CHECK (received BETWEEN 0 AND length),
    sha256 bytea CHECK (sha256 IS NULL OR (length(sha256) = 32 AND received = length)),
    submission_id uuid REFERENCES submission,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((state = 'Open') = (ended_at IS NULL)),
    CHECK ((state = 'Taken') = (submission_id IS NOT NULL))
);
CREATE INDEX upload_open ON upload (agency_id) INCLUDE (length) WHERE state = 'Open';
CREATE INDEX upload_due ON upload (expires_at) WHERE state = 'Open';
CREATE INDEX upload_ended ON upload (ended_at) WHERE state <> 'Open';

ALTER TABLE upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON upload USING (sees_everything() OR in_scope('agencies', agency_id));
GRANT SELECT ON upload TO preservation_app, preservation_read;
GRANT INSERT, UPDATE (state, received, sha256, submission_id, expires_at, ended_at), DELETE ON upload TO preservation_app;
