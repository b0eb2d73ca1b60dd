-- What became of a task, step by step; and mail: where persons want it, and whom it was sent to.

-- Added to and never changed. That a task was made is in its own row.
CREATE TABLE task_step (
    task_id uuid NOT NULL REFERENCES task,
    ordinal integer NOT NULL CHECK (ordinal > 0),
    at timestamptz NOT NULL,
    principal_id uuid REFERENCES principal,
    kind text NOT NULL CHECK (kind IN ('Assigned', 'GivenBack', 'DueChanged', 'Noted', 'Decided')),
    assignee_id uuid REFERENCES principal,
    due_at timestamptz,
    words text CHECK (length(words) BETWEEN 1 AND 4000),
    PRIMARY KEY (task_id, ordinal),
    CHECK ((kind = 'Assigned') = (assignee_id IS NOT NULL)), CHECK ((kind = 'DueChanged') = (due_at IS NOT NULL))
);
CREATE INDEX task_assignee ON task (assignee_id) WHERE state = 'Open';
ALTER TABLE task_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON task_step USING (sees_everything() OR EXISTS (SELECT FROM task t WHERE t.id = task_id));
GRANT SELECT, INSERT ON task_step TO preservation_app;
GRANT SELECT ON task_step TO preservation_read;
CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON task_step FOR EACH ROW EXECUTE FUNCTION journal_row('', '');

-- Tasks end in many places: where a submission or a registration is decided, a whole round at once, or where the service sees that nothing is the matter any more.
-- The database notes each of them, so that no way of ending a task can forget its history.
CREATE FUNCTION note_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'Done' OR (TG_OP = 'UPDATE' AND OLD.state = 'Done') THEN RETURN NULL; END IF;
    INSERT INTO task_step (task_id, ordinal, at, principal_id, kind, words)
    SELECT NEW.id, 1 + coalesce(max(s.ordinal), 0), coalesce(NEW.decided_at, NEW.created_at), NEW.decided_by, 'Decided', nullif(left(NEW.decision, 4000), '') FROM task_step s WHERE s.task_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER decided AFTER INSERT OR UPDATE ON task FOR EACH ROW EXECUTE FUNCTION note_decision();
INSERT INTO task_step (task_id, ordinal, at, principal_id, kind, words)
SELECT id, 1, coalesce(decided_at, created_at), decided_by, 'Decided', nullif(left(decision, 4000), '') FROM task WHERE state = 'Done';

-- Where a person wants mail. Nobody has a row before he or she, or an administrator, entered one.
CREATE TABLE mail_choice (
    principal_id uuid PRIMARY KEY REFERENCES principal,
    address text NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
    language text NOT NULL CHECK (language IN ('vi', 'en')),
    frequency text NOT NULL CHECK (frequency IN ('Off', 'Daily', 'AtOnce')),
    changed_by uuid NOT NULL REFERENCES principal,
    changed_at timestamptz NOT NULL
);
CREATE TRIGGER journal AFTER INSERT OR UPDATE OR DELETE ON mail_choice FOR EACH ROW EXECUTE FUNCTION journal_row('', '');

-- The rest is of use to the sending alone and not journaled: whose turn it is, what was sent to whom, and which tasks a person was told of.
CREATE TABLE mail_turn (
    principal_id uuid PRIMARY KEY REFERENCES principal,
    looked_at timestamptz,
    digest_day date,
    sent_at timestamptz,
    mail_id uuid,
    failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    next_try_at timestamptz,
    refused_at timestamptz,
    lease_until timestamptz
);
CREATE TABLE mail_sending (
    id uuid PRIMARY KEY,
    mail_id uuid NOT NULL,
    principal_id uuid NOT NULL REFERENCES principal,
    kind text NOT NULL CHECK (kind IN ('Digest', 'AtOnce')),
    at timestamptz NOT NULL,
    tasks integer NOT NULL CHECK (tasks >= 0),
    status integer,
    problem text CHECK (length(problem) BETWEEN 1 AND 100)
);
CREATE INDEX mail_sending_principal ON mail_sending (principal_id, id);
CREATE INDEX mail_sending_at ON mail_sending (at);
-- Step 0 is the task itself, every other number the step by which it was given to the person.
CREATE TABLE mail_told (
    principal_id uuid NOT NULL REFERENCES principal,
    task_id uuid NOT NULL REFERENCES task,
    step integer NOT NULL CHECK (step >= 0),
    PRIMARY KEY (principal_id, task_id, step)
);
CREATE INDEX mail_told_task ON mail_told (task_id);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['mail_choice', 'mail_turn', 'mail_sending'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY room ON %I USING (sees_everything())', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO preservation_app', t);
    END LOOP;
END $$;
-- What is new for somebody is asked within his or her own scope.
ALTER TABLE mail_told ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON mail_told USING (sees_everything() OR EXISTS (SELECT FROM task t WHERE t.id = task_id));
GRANT SELECT, INSERT, DELETE ON mail_told TO preservation_app;
GRANT UPDATE (address, language, frequency, changed_by, changed_at) ON mail_choice TO preservation_app;
GRANT UPDATE (looked_at, digest_day, sent_at, mail_id, failures, next_try_at, refused_at, lease_until) ON mail_turn TO preservation_app;
GRANT DELETE ON mail_sending TO preservation_app;
