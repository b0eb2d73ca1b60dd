-- Fixity plans and their pace, results by the month, documents that are made once and kept, signs of life of timers and workers, and canaries.

-- Under which plan a copy is read, and when it is due by it; null until planned. Worked out again from the configuration.
ALTER TABLE package_copy ADD COLUMN plan text;
ALTER TABLE package_copy ADD COLUMN due_at timestamptz;
CREATE INDEX package_copy_planned ON package_copy (due_at);
CREATE INDEX package_copy_unplanned ON package_copy (package_id) WHERE due_at IS NULL;
CREATE INDEX package_copy_ill ON package_copy (package_id) WHERE state <> 'Good';
DROP TRIGGER journal ON package_copy;
CREATE TRIGGER journal AFTER INSERT OR UPDATE ON package_copy FOR EACH ROW EXECUTE FUNCTION journal_copy('lease_until,lock_lease_until,plan,due_at', 'verified_at,last_read_at,last_result,lock_until');
CREATE INDEX fixity_problem_key ON fixity_problem (store, key, found_at);

-- A store is read no faster than its budget: the next reading may begin at this time. Processes share it.
CREATE TABLE fixity_pace (
    store text PRIMARY KEY REFERENCES store,
    free_at timestamptz NOT NULL,
    sampled_month date
);

-- One row a copy that was read, by the month. Months are made ahead of time, and summarised and dropped when they are old.
CREATE SCHEMA parts;
CREATE TABLE fixity_result (
    at timestamptz NOT NULL,
    store text NOT NULL,
    package_id uuid NOT NULL,
    run_id uuid NOT NULL,
    outcome text NOT NULL,
    keys integer NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (store, at, package_id)
) PARTITION BY RANGE (at);
CREATE INDEX fixity_result_package ON fixity_result (package_id, at);
CREATE TABLE parts.fixity_result_rest PARTITION OF fixity_result DEFAULT;
CREATE TABLE fixity_summary (
    month date NOT NULL,
    store text NOT NULL REFERENCES store,
    outcome text NOT NULL,
    copies bigint NOT NULL,
    keys bigint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (month, store, outcome)
);

-- Makes a month's partition; what was written for it before lies with the rest and is taken over. False when it was there.
CREATE FUNCTION fixity_result_month(month date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := 'fixity_result_' || to_char(first, 'YYYYMM');
    since timestamptz := first::timestamp AT TIME ZONE 'UTC';
    until timestamptz := (first + interval '1 month')::timestamp AT TIME ZONE 'UTC';
BEGIN
    PERFORM pg_advisory_xact_lock(4244);
    IF to_regclass('parts.' || name) IS NOT NULL THEN RETURN false; END IF;
    EXECUTE format('CREATE TABLE parts.%I (LIKE public.fixity_result INCLUDING ALL)', name);
    EXECUTE format('WITH moved AS (DELETE FROM parts.fixity_result_rest WHERE at >= %L AND at < %L RETURNING *) INSERT INTO parts.%I SELECT * FROM moved', since, until, name);
    EXECUTE format('ALTER TABLE public.fixity_result ATTACH PARTITION parts.%I FOR VALUES FROM (%L) TO (%L)', name, since, until);
    RETURN true;
END $$;

-- Summarises a month that is over and drops its rows. False when there is none, or the month is younger than half a year: that much is always kept.
CREATE FUNCTION fixity_result_retire(month date, today date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := 'fixity_result_' || to_char(first, 'YYYYMM');
BEGIN
    PERFORM pg_advisory_xact_lock(4244);
    IF to_regclass('parts.' || name) IS NULL OR first + interval '7 months' > today THEN RETURN false; END IF;
    EXECUTE format('INSERT INTO public.fixity_summary SELECT %L::date, store, outcome, count(*), sum(keys), sum(bytes) FROM parts.%I GROUP BY store, outcome', first, name);
    EXECUTE format('DROP TABLE parts.%I', name);
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION fixity_result_month(date), fixity_result_retire(date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fixity_result_month(date), fixity_result_retire(date, date) TO preservation_app;

-- Documents that are made once and kept: each part with its digest and the service's seal beside it. A person's signed version is a further part.
CREATE TABLE frozen_document (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    agency_id uuid REFERENCES agency,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    made_by uuid REFERENCES principal,
    made_at timestamptz NOT NULL
);
CREATE INDEX frozen_document_kind ON frozen_document (kind, made_at DESC);
CREATE TABLE frozen_document_part (
    document_id uuid NOT NULL REFERENCES frozen_document,
    name text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9.-]{0,99}$'),
    media_type text NOT NULL,
    body bytea NOT NULL,
    sha512 bytea NOT NULL CHECK (length(sha512) = 64),
    seal bytea NOT NULL,
    added_by uuid REFERENCES principal,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (document_id, name)
);

-- Who was at work when: whoever is silent for longer than he should is told by others.
CREATE TABLE sign_of_life (
    name text PRIMARY KEY,
    every interval NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    ended_at timestamptz,
    problem text
);

-- Canaries: objects of the service's own that it damages at secret times. What was drawn is committed to before and told after.
CREATE TABLE canary_cycle (
    id uuid PRIMARY KEY,
    number bigint NOT NULL UNIQUE,
    started_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    commitment bytea NOT NULL CHECK (length(commitment) = 32),
    secret bytea,
    seed bytea,
    revealed_at timestamptz,
    CHECK (ends_at > started_at),
    CHECK ((seed IS NULL) = (revealed_at IS NULL))
);
CREATE TABLE canary_object (
    package_id uuid PRIMARY KEY,
    store text NOT NULL REFERENCES store,
    ordinal integer NOT NULL,
    made_at timestamptz NOT NULL,
    UNIQUE (store, ordinal)
);
CREATE TABLE canary_damage (
    cycle_id uuid NOT NULL REFERENCES canary_cycle,
    store text NOT NULL REFERENCES store,
    ordinal integer NOT NULL,
    package_id uuid NOT NULL REFERENCES canary_object,
    key text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('Flip', 'Truncate', 'Delete')),
    drawn_at timestamptz NOT NULL,
    damaged_at timestamptz,
    damaged_sha512 bytea,
    detected_at timestamptz,
    repaired_at timestamptz,
    PRIMARY KEY (cycle_id, store, ordinal)
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['fixity_pace', 'fixity_result', 'fixity_summary', 'sign_of_life', 'canary_cycle', 'canary_object', 'canary_damage'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything())', t);
        EXECUTE format('GRANT SELECT ON %I TO preservation_app', t);
        IF t <> 'canary_cycle' THEN EXECUTE format('GRANT SELECT ON %I TO preservation_read', t); END IF;
    END LOOP;
    FOREACH t IN ARRAY ARRAY['frozen_document', 'frozen_document_part'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO preservation_app', t);
        EXECUTE format('GRANT SELECT ON %I TO preservation_read', t);
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t);
        EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['frozen_document', 'frozen_document_part', 'fixity_summary', 'canary_object', 'canary_damage'] LOOP
        EXECUTE format('CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION journal_row()', t);
    END LOOP;
END $$;
CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON canary_cycle FOR EACH ROW EXECUTE FUNCTION journal_row('secret');
CREATE POLICY room ON frozen_document USING (sees_everything() OR in_scope('agencies', agency_id));
CREATE POLICY room ON frozen_document_part USING (sees_everything() OR EXISTS (SELECT FROM frozen_document d WHERE d.id = document_id));
GRANT SELECT (id, number, started_at, ends_at, commitment, seed, revealed_at) ON canary_cycle TO preservation_read;
GRANT INSERT, UPDATE ON fixity_pace, sign_of_life TO preservation_app;
GRANT INSERT ON fixity_result, canary_cycle, canary_object, canary_damage TO preservation_app;
GRANT UPDATE (secret, seed, revealed_at) ON canary_cycle TO preservation_app;
GRANT UPDATE (damaged_at, damaged_sha512, detected_at, repaired_at) ON canary_damage TO preservation_app;
