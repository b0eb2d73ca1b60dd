-- What a copy holds, kept beside it: reports, forecasts, budgets and claims read one row a copy instead of one a key. Worked out from the keys, so the journal leaves it out.

ALTER TABLE package_copy ADD COLUMN keys bigint NOT NULL DEFAULT 0;
ALTER TABLE package_copy ADD COLUMN bytes bigint NOT NULL DEFAULT 0;
DROP TRIGGER journal ON package_copy;
UPDATE package_copy c SET keys = k.keys, bytes = k.bytes FROM (SELECT package_id, store, count(*) AS keys, sum(bytes)::bigint AS bytes FROM copy GROUP BY package_id, store) k
    WHERE c.package_id = k.package_id AND c.store = k.store;
CREATE TRIGGER journal AFTER INSERT OR UPDATE ON package_copy FOR EACH ROW EXECUTE FUNCTION journal_copy('lease_until,lock_lease_until,plan,due_at,keys,bytes', 'verified_at,last_read_at,last_result,lock_until');

-- Keys come by the thousand in one statement; a key changes its length only where a version's inventory takes the place of the one before.
CREATE FUNCTION count_keys() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE public.package_copy SET bytes = bytes + NEW.bytes - OLD.bytes WHERE package_id = NEW.package_id AND store = NEW.store;
    ELSE
        UPDATE public.package_copy c SET keys = c.keys + a.keys, bytes = c.bytes + a.bytes
        FROM (SELECT package_id, store, count(*) AS keys, sum(bytes)::bigint AS bytes FROM added GROUP BY package_id, store) a WHERE c.package_id = a.package_id AND c.store = a.store;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION count_keys_before() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    SELECT count(*), coalesce(sum(k.bytes), 0) INTO NEW.keys, NEW.bytes FROM public.copy k WHERE k.package_id = NEW.package_id AND k.store = NEW.store;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION count_keys(), count_keys_before() FROM PUBLIC;
CREATE TRIGGER keys_added AFTER INSERT ON copy REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_keys();
CREATE TRIGGER keys_changed AFTER UPDATE OF bytes ON copy FOR EACH ROW WHEN (OLD.bytes <> NEW.bytes) EXECUTE FUNCTION count_keys();
CREATE TRIGGER keys_before BEFORE INSERT ON package_copy FOR EACH ROW EXECUTE FUNCTION count_keys_before();

-- What a check that died left is looked for with every copy that is read.
CREATE INDEX fixity_problem_open ON fixity_problem (package_id, store) WHERE action = 'found';

-- A store is compared by the index alone: keys lie in it in the order of the listing, their rows all over the table.
DROP INDEX copy_key;
CREATE INDEX copy_key ON copy (store, key COLLATE "C") INCLUDE (bytes, package_id);
