-- The catalogue. Times are UTC instants; digests are raw bytes; enumerations are the names used in the code.
-- Two group roles: the application serves through preservation_app, reports read through preservation_read.
-- Neither owns anything, so row-level security binds both.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'preservation_app') THEN CREATE ROLE preservation_app NOLOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'preservation_read') THEN CREATE ROLE preservation_read NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this cluster made them just now
END $$;

-- Who -----------------------------------------------------------------------------------------------------------------
CREATE TABLE agency (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    kind text NOT NULL,
    contact text,
    parent_id uuid REFERENCES agency,
    created_at timestamptz NOT NULL
);
CREATE TABLE agency_code (
    id uuid PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    code text NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 35),  -- never reused
    valid_from date NOT NULL,
    valid_until date
);
CREATE TABLE agency_succession (
    agency_id uuid NOT NULL REFERENCES agency,
    successor_id uuid NOT NULL REFERENCES agency,
    effective_on date NOT NULL,
    basis text NOT NULL,
    PRIMARY KEY (agency_id, successor_id)
);
CREATE TABLE principal (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    position text,
    agency_id uuid REFERENCES agency,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    created_at timestamptz NOT NULL
);
CREATE TABLE credential (
    id uuid PRIMARY KEY,
    principal_id uuid NOT NULL REFERENCES principal,
    kind text NOT NULL,
    lookup text NOT NULL UNIQUE,
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE TABLE fonds (
    id uuid PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    code text NOT NULL,
    name text NOT NULL,
    is_open boolean NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (agency_id, code)
);
CREATE TABLE role_grant (
    id uuid PRIMARY KEY,
    principal_id uuid NOT NULL REFERENCES principal,
    role text NOT NULL,
    scope text NOT NULL,
    agency_id uuid REFERENCES agency,
    fonds_id uuid REFERENCES fonds,
    package_id uuid,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    basis text NOT NULL,
    granted_by uuid REFERENCES principal,
    created_at timestamptz NOT NULL,
    CHECK ((scope = 'Everything') = (agency_id IS NULL AND fonds_id IS NULL AND package_id IS NULL)),
    CHECK ((scope = 'Agency') = (agency_id IS NOT NULL)),
    CHECK ((scope = 'Fonds') = (fonds_id IS NOT NULL)),
    CHECK ((scope = 'Case') = (package_id IS NOT NULL))
);
CREATE INDEX role_grant_principal ON role_grant (principal_id);

-- On what terms -------------------------------------------------------------------------------------------------------
CREATE TABLE agreement (
    id uuid PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    code text NOT NULL UNIQUE,
    title text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE TABLE agreement_version (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    version integer NOT NULL CHECK (version > 0),
    effective_from timestamptz NOT NULL,
    terms jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (agreement_id, version)
);

-- What comes in -------------------------------------------------------------------------------------------------------
CREATE TABLE submission (
    id uuid PRIMARY KEY,
    agency_id uuid NOT NULL REFERENCES agency,
    agreement_version_id uuid NOT NULL REFERENCES agreement_version,
    submitted_by uuid NOT NULL REFERENCES principal,
    state text NOT NULL CHECK (state IN ('Uploading','Received','Checking','Rejected','Returned','AwaitingApproval','Archiving','Preserved','Tested')),
    record_status text NOT NULL DEFAULT 'NEW',
    file_name text NOT NULL,
    bytes bigint NOT NULL CHECK (bytes >= 0),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    sender_sha256 bytea,
    staging_key text,
    package_signature bytea,
    registration_code text,
    package_kind text,
    producer_object_id text,
    package_id uuid,
    title text,
    plan jsonb,
    facts bytea,
    received_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by uuid REFERENCES principal,
    ended_at timestamptz,
    reason text,
    attempt integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    not_before timestamptz,
    failures integer NOT NULL DEFAULT 0,
    last_problem text
);
CREATE INDEX submission_work ON submission (received_at) WHERE state IN ('Received','Checking','Archiving');
CREATE INDEX submission_agency ON submission (agency_id, received_at DESC);
CREATE INDEX submission_staged ON submission (ended_at) WHERE staging_key IS NOT NULL;
CREATE TABLE submission_step (
    submission_id uuid NOT NULL REFERENCES submission,
    name text NOT NULL,
    ordinal integer NOT NULL,
    outcome text NOT NULL,
    attempt integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    detail jsonb NOT NULL,
    PRIMARY KEY (submission_id, name)
);
CREATE TABLE submission_finding (
    submission_id uuid NOT NULL REFERENCES submission,
    ordinal integer NOT NULL,
    code text NOT NULL,
    severity text NOT NULL,
    clause text NOT NULL,
    path text NOT NULL,
    expected text,
    found text,
    message_en text NOT NULL,
    message_vi text NOT NULL,
    hint_en text NOT NULL,
    hint_vi text NOT NULL,
    PRIMARY KEY (submission_id, ordinal)
);
CREATE TABLE receipt (
    id uuid PRIMARY KEY,
    submission_id uuid NOT NULL REFERENCES submission,
    kind text NOT NULL,
    body bytea NOT NULL,
    sha512 bytea NOT NULL,
    seal bytea NOT NULL,
    issued_at timestamptz NOT NULL,
    UNIQUE (submission_id, kind)
);

-- What is kept --------------------------------------------------------------------------------------------------------
CREATE TABLE package (
    id uuid PRIMARY KEY,
    submission_id uuid NOT NULL UNIQUE REFERENCES submission,
    producer_id uuid NOT NULL REFERENCES agency,
    custodian_id uuid NOT NULL REFERENCES agency,
    fonds_id uuid REFERENCES fonds,
    agreement_version_id uuid NOT NULL REFERENCES agreement_version,
    kind text NOT NULL,
    title text NOT NULL,
    head_version integer NOT NULL,
    access_mode text,
    retention_code text,
    retention_basis text,
    retention_end date,
    preserved_at timestamptz NOT NULL,
    files integer NOT NULL,
    bytes bigint NOT NULL,
    waiver text
);
CREATE INDEX package_producer ON package (producer_id, preserved_at DESC);
CREATE TABLE package_alias (
    id uuid PRIMARY KEY,
    package_id uuid NOT NULL,  -- reserved while the package is being written
    scheme text NOT NULL,
    code text NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz,
    UNIQUE (scheme, code)
);
CREATE INDEX package_alias_package ON package_alias (package_id);
CREATE TABLE package_hold (
    id uuid PRIMARY KEY,
    package_id uuid NOT NULL REFERENCES package,
    reason text NOT NULL,
    placed_by uuid NOT NULL REFERENCES principal,
    placed_at timestamptz NOT NULL,
    lifted_at timestamptz
);
CREATE TABLE package_version (
    package_id uuid NOT NULL REFERENCES package,
    version integer NOT NULL,
    submission_id uuid REFERENCES submission,
    inventory_sha512 bytea NOT NULL,
    message text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (package_id, version)
);
CREATE TABLE dossier (
    id uuid PRIMARY KEY,
    package_id uuid NOT NULL REFERENCES package,
    code text NOT NULL,
    title text NOT NULL,
    start_text text,
    end_text text,
    fields jsonb NOT NULL
);
CREATE INDEX dossier_package ON dossier (package_id);
CREATE TABLE document (
    id uuid PRIMARY KEY,
    package_id uuid NOT NULL REFERENCES package,
    code text NOT NULL,
    number text,
    notation text,
    issued_text text,
    issued_from date,
    issued_until date,
    issuer text,
    type text,
    abstract text,
    fields jsonb NOT NULL
);
CREATE INDEX document_package ON document (package_id);
CREATE INDEX document_lookup ON document (number, notation, issued_from);
CREATE TABLE dossier_document (
    dossier_id uuid NOT NULL REFERENCES dossier,
    document_id uuid NOT NULL REFERENCES document,
    ordinal integer NOT NULL,
    PRIMARY KEY (dossier_id, document_id)
);
CREATE TABLE file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    package_id uuid NOT NULL REFERENCES package,
    logical_path text NOT NULL,
    version_from integer NOT NULL,
    version_until integer,
    bytes bigint NOT NULL,
    sha256 bytea NOT NULL,
    sha512 bytea NOT NULL,
    puid text,
    format text,
    media_type text,
    UNIQUE (package_id, logical_path, version_from)
);
CREATE TABLE document_file (
    document_id uuid NOT NULL REFERENCES document,
    file_id bigint NOT NULL REFERENCES file,
    PRIMARY KEY (document_id, file_id)
);

-- Copies and their fixity ---------------------------------------------------------------------------------------------
CREATE TABLE store (
    name text PRIMARY KEY,
    kind text NOT NULL,
    address text NOT NULL,
    failure_domain jsonb NOT NULL,
    registered_at timestamptz NOT NULL,
    last_seen_at timestamptz,
    last_problem text
);
CREATE TABLE package_copy (
    package_id uuid NOT NULL,
    object_id text NOT NULL,
    store text NOT NULL REFERENCES store,
    version integer NOT NULL,
    state text NOT NULL,
    verified_at timestamptz NOT NULL,
    last_read_at timestamptz NOT NULL,
    last_result text NOT NULL,
    lease_until timestamptz,
    PRIMARY KEY (package_id, store)
);
CREATE INDEX package_copy_due ON package_copy (last_read_at);
CREATE TABLE copy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    package_id uuid NOT NULL,
    store text NOT NULL REFERENCES store,
    key text NOT NULL,
    role text NOT NULL,
    logical_path text,
    version integer NOT NULL,
    store_version_id text,
    encoding text NOT NULL,
    bytes bigint NOT NULL,
    sha512 bytea NOT NULL,
    lock_until timestamptz,
    state text NOT NULL,
    written_at timestamptz NOT NULL,
    last_read_at timestamptz NOT NULL,
    last_result text NOT NULL,
    UNIQUE (store, key)
);
CREATE INDEX copy_package ON copy (package_id, store);
CREATE TABLE fixity_run (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    requested_by uuid REFERENCES principal,
    package_id uuid,
    state text NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    cutoff timestamptz NOT NULL,
    copies_read bigint NOT NULL DEFAULT 0,
    files_read bigint NOT NULL DEFAULT 0,
    bytes_read bigint NOT NULL DEFAULT 0,
    problems bigint NOT NULL DEFAULT 0,
    repaired bigint NOT NULL DEFAULT 0
);
CREATE TABLE fixity_problem (
    id uuid PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES fixity_run,
    package_id uuid NOT NULL,
    store text NOT NULL REFERENCES store,
    key text NOT NULL,
    outcome text NOT NULL,
    expected_sha512 bytea NOT NULL,
    observed_sha512 bytea,
    observed_bytes bigint,
    detail text,
    found_at timestamptz NOT NULL,
    quarantine_key text,
    repaired_from text,
    repaired_at timestamptz,
    action text NOT NULL
);
CREATE INDEX fixity_problem_found ON fixity_problem (found_at DESC);

-- History -------------------------------------------------------------------------------------------------------------
CREATE TABLE premis_event (
    id uuid PRIMARY KEY,
    type text NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL,
    detail text,
    agency_id uuid REFERENCES agency,
    package_id uuid,
    submission_id uuid REFERENCES submission,
    principal_id uuid REFERENCES principal,
    agent text NOT NULL
);
CREATE INDEX premis_event_package ON premis_event (package_id, at);
CREATE INDEX premis_event_submission ON premis_event (submission_id, at);
CREATE TABLE task (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL,
    agency_id uuid REFERENCES agency,
    submission_id uuid REFERENCES submission,
    package_id uuid,
    role text NOT NULL,
    assignee_id uuid REFERENCES principal,
    subject text NOT NULL,
    due_at timestamptz,
    created_at timestamptz NOT NULL,
    decision text,
    decided_by uuid REFERENCES principal,
    decided_at timestamptz
);
CREATE INDEX task_open ON task (created_at) WHERE state = 'Open';
CREATE TABLE audit_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    principal_id uuid REFERENCES principal,
    agency_id uuid REFERENCES agency,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    detail_digest bytea NOT NULL
);
CREATE INDEX audit_entry_subject ON audit_entry (subject_kind, subject_id);
CREATE TABLE audit_detail (
    entry_id bigint PRIMARY KEY REFERENCES audit_entry,
    salt bytea NOT NULL,
    detail jsonb,
    erased_at timestamptz
);
CREATE TABLE audit_batch (
    number bigint PRIMARY KEY,
    tree_size bigint NOT NULL,
    head bytea NOT NULL,
    frontier bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);
CREATE TABLE audit_seal (
    entry_id bigint PRIMARY KEY REFERENCES audit_entry,
    sequence bigint NOT NULL UNIQUE,
    batch bigint NOT NULL REFERENCES audit_batch DEFERRABLE INITIALLY DEFERRED,
    leaf_hash bytea NOT NULL
);

-- Evidence ------------------------------------------------------------------------------------------------------------
CREATE TABLE evidence_batch (
    id uuid PRIMARY KEY,
    state text NOT NULL,
    algorithm text NOT NULL,
    leaves integer NOT NULL,
    root bytea NOT NULL,
    nonce bytea NOT NULL,
    request bytea NOT NULL,
    token bytea,
    tsa text,
    token_time timestamptz,
    created_at timestamptz NOT NULL,
    stored_at timestamptz,
    lease_until timestamptz,
    last_problem text
);
CREATE TABLE evidence_leaf (
    batch_id uuid NOT NULL REFERENCES evidence_batch,
    ordinal integer NOT NULL,
    kind text NOT NULL,
    digest bytea NOT NULL,
    package_id uuid,
    subject text NOT NULL,
    PRIMARY KEY (batch_id, ordinal)
);
CREATE UNIQUE INDEX evidence_leaf_subject ON evidence_leaf (kind, subject, digest);
CREATE INDEX evidence_leaf_package ON evidence_leaf (package_id);

-- Journal: what the packages cannot tell, gathered here and written to every store in segments -------------------------
CREATE TABLE journal_segment (
    number bigint PRIMARY KEY,
    object_id text NOT NULL,
    entries bigint NOT NULL,
    sha512 bytea NOT NULL,
    content bytea,
    created_at timestamptz NOT NULL,
    stored_at timestamptz
);
CREATE TABLE journal_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    table_name text NOT NULL,
    operation text NOT NULL,
    row_data jsonb NOT NULL,
    segment bigint REFERENCES journal_segment DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX journal_entry_open ON journal_entry (id) WHERE segment IS NULL;
CREATE FUNCTION journal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE data jsonb := to_jsonb(NEW);
BEGIN
    IF TG_TABLE_NAME = 'submission' THEN
        data := data - 'lease_until' - 'attempt' - 'not_before' - 'failures' - 'last_problem' - 'staging_key' - 'plan' - 'facts';
        IF TG_OP = 'UPDATE' AND data = to_jsonb(OLD) - 'lease_until' - 'attempt' - 'not_before' - 'failures' - 'last_problem' - 'staging_key' - 'plan' - 'facts'
        THEN RETURN NULL; END IF;
    END IF;
    INSERT INTO journal_entry (at, table_name, operation, row_data) VALUES (clock_timestamp(), TG_TABLE_NAME, TG_OP, data);
    RETURN NULL;
END $$;
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['agency','agency_code','agency_succession','principal','credential','fonds','role_grant','agreement',
        'agreement_version','submission','submission_finding','receipt','package_hold','task','audit_entry','audit_seal','audit_batch','premis_event']
    LOOP
        EXECUTE format('CREATE TRIGGER journal AFTER INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION journal()', t);
    END LOOP;
END $$;

-- Requests that may be repeated ---------------------------------------------------------------------------------------
CREATE TABLE idempotency_key (
    principal_id uuid NOT NULL REFERENCES principal,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_digest bytea NOT NULL,
    status integer,
    location text,
    body text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (principal_id, key)
);

-- Work wakes its workers ----------------------------------------------------------------------------------------------
CREATE FUNCTION wake_ingest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('preservation_work', 'ingest');
    RETURN NULL;
END $$;
CREATE TRIGGER wake AFTER INSERT OR UPDATE OF state ON submission FOR EACH ROW
    WHEN (NEW.state IN ('Received', 'Archiving')) EXECUTE FUNCTION wake_ingest();
