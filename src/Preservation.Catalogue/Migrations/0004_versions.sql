-- A package goes on: every version keeps what the package says of itself, and a document belongs to the versions that speak of it.
ALTER TABLE package_version ADD COLUMN description jsonb;
ALTER TABLE document ADD COLUMN version_from integer NOT NULL DEFAULT 1;
ALTER TABLE document ADD COLUMN version_until integer;
ALTER TABLE document ALTER COLUMN version_from DROP DEFAULT;

-- The submission that is writing a new version of a package keeps the fixity work away from it meanwhile.
CREATE INDEX submission_package ON submission (package_id) WHERE package_id IS NOT NULL;
