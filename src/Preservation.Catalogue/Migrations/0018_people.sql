-- People: what proves them beside keys (OpenID subjects, certificates), who is answerable for a program, who is switched off; sessions of the pages at the
-- server; failed proofs; and notices of changed rights, each until it is confirmed.

ALTER TABLE credential DROP CONSTRAINT credential_lookup_key;
ALTER TABLE credential ALTER COLUMN secret_hash DROP NOT NULL;
ALTER TABLE credential ADD COLUMN issuer text CHECK (length(issuer) BETWEEN 1 AND 2000), ADD COLUMN subject text CHECK (length(subject) BETWEEN 1 AND 2000);
ALTER TABLE credential ADD CHECK (kind IN ('ApiKey', 'OpenId', 'Certificate')), ADD CHECK ((kind = 'ApiKey') = (secret_hash IS NOT NULL)), ADD CHECK ((kind = 'ApiKey') = (issuer IS NULL)), ADD CHECK ((issuer IS NULL) = (subject IS NULL));
-- What was revoked may be given to somebody else later, such as a subject of a provider; what is in force proves one principal alone.
CREATE UNIQUE INDEX credential_lookup ON credential (lookup) WHERE revoked_at IS NULL;
CREATE INDEX credential_principal ON credential (principal_id);

-- One human being, one principal: two-person rules compare persons, and a program counts as the person who is answerable for it.
ALTER TABLE principal ADD COLUMN staff_number text CHECK (length(staff_number) BETWEEN 1 AND 50), ADD COLUMN responsible_id uuid REFERENCES principal,
    ADD COLUMN disabled_at timestamptz, ADD COLUMN disabled_reason text CHECK (length(disabled_reason) BETWEEN 1 AND 2000);
ALTER TABLE principal ADD CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)), ADD CHECK (kind = 'System' OR responsible_id IS NULL), ADD CHECK (kind = 'Person' OR staff_number IS NULL);
CREATE UNIQUE INDEX principal_staff_number ON principal (staff_number);
CREATE FUNCTION person_of(who uuid) RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT coalesce((SELECT p.responsible_id FROM principal p WHERE p.id = who), who) $$;

CREATE TABLE principal_activity (
    principal_id uuid PRIMARY KEY REFERENCES principal,
    seen_at timestamptz NOT NULL
);

CREATE TABLE page_session (
    id uuid PRIMARY KEY,
    principal_id uuid NOT NULL REFERENCES principal,
    credential_id uuid NOT NULL REFERENCES credential,
    began_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text CHECK (end_reason IN ('signedOut', 'rested', 'tooLong', 'tooMany', 'revoked')),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX page_session_open ON page_session (principal_id, began_at) WHERE ended_at IS NULL;
CREATE INDEX page_session_ended ON page_session (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE proof_failure (
    kind text NOT NULL CHECK (kind IN ('Address', 'Key')),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 100),
    failures integer NOT NULL CHECK (failures > 0),
    last_at timestamptz NOT NULL,
    blocked_until timestamptz,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX proof_failure_last ON proof_failure (last_at);

CREATE TABLE rights_notice (
    id uuid PRIMARY KEY,
    principal_id uuid NOT NULL REFERENCES principal,
    about_id uuid NOT NULL REFERENCES principal,
    change text NOT NULL CHECK (change IN ('GrantGiven', 'GrantEnded', 'CredentialGiven', 'CredentialRevoked', 'Disabled', 'Enabled')),
    grant_id uuid REFERENCES role_grant,
    credential_id uuid REFERENCES credential,
    made_by uuid REFERENCES principal,
    made_at timestamptz NOT NULL,
    confirmed_at timestamptz
);
CREATE INDEX rights_notice_open ON rights_notice (principal_id, id) WHERE confirmed_at IS NULL;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['principal_activity', 'page_session', 'proof_failure', 'rights_notice'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything())', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO preservation_app', t);
    END LOOP;
END $$;
GRANT UPDATE (seen_at) ON principal_activity TO preservation_app;
GRANT UPDATE (last_seen_at, ended_at, end_reason), DELETE ON page_session TO preservation_app;
GRANT UPDATE (failures, last_at, blocked_until), DELETE ON proof_failure TO preservation_app;
GRANT UPDATE (confirmed_at) ON rights_notice TO preservation_app;
GRANT SELECT ON rights_notice TO preservation_read;
CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON rights_notice FOR EACH ROW EXECUTE FUNCTION journal_row('', '');
