-- What the checks found out about a submission's files, some thousands a row: of a million files no one row, and no one program, has to hold it all.
CREATE TABLE submission_facts (
    submission_id uuid NOT NULL REFERENCES submission,
    page integer NOT NULL,
    packed bytea NOT NULL,
    PRIMARY KEY (submission_id, page)
);
INSERT INTO submission_facts (submission_id, page, packed) SELECT id, 0, facts FROM submission WHERE facts IS NOT NULL;
ALTER TABLE submission DROP COLUMN facts;
ALTER TABLE submission_facts ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON submission_facts USING (sees_everything() OR EXISTS (SELECT FROM submission s WHERE s.id = submission_id));
GRANT SELECT, INSERT, DELETE ON submission_facts TO preservation_app;
GRANT SELECT ON submission_facts TO preservation_read;

-- The files a version shows, in byte order of their paths: they are compared with the next version's page by page.
CREATE INDEX file_shown ON file (package_id, logical_path COLLATE "C") WHERE version_until IS NULL;
