-- What grains keep: their state, payloads beside it, ledgers. docs/decisions/postgresql-storage.md says why it is as it is.
--
-- A script that has been applied anywhere is never changed: what is to be different is a further script. `--prepare`, and a node that runs
-- alone, apply what is missing, in order, in one transaction, with search_path set to the schema of FheOrleans; nothing here names a schema.
--
-- Text compares by byte (COLLATE "C"): all below 'a/b' lies from 'a/b/' on, to 'a/b0', since '0' follows '/'.
-- shard: 0 to 31, made by the program from 'tenant/owner', the first two names of a key. All that a data owner has lies in one shard of each
-- table, so erasing it for good rewrites a thirty-second of the table, not the table.

CREATE TABLE grain_state (
    shard smallint NOT NULL,
    key text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    etag uuid NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (key, kind, name, shard)
) PARTITION BY LIST (shard);

CREATE TABLE payload (
    shard smallint NOT NULL,
    key text COLLATE "C" NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (key, shard)
) PARTITION BY LIST (shard);

COMMENT ON TABLE grain_state IS 'State of grains: who they are (kind and key), the record''s name, its version, its bytes.';
COMMENT ON TABLE payload IS 'Chunks, results, receipts and networks, by the path they have in the program.';

-- Keys and ciphertexts look like noise: compressing them costs time and saves nothing. And a planner's statistics would keep samples of
-- values in a table of their own, where no deletion finds them.
DO $$
BEGIN
    FOR shard IN 0..31 LOOP
        EXECUTE format('CREATE TABLE grain_state_%s PARTITION OF grain_state FOR VALUES IN (%s)', lpad(shard::text, 2, '0'), shard);
        EXECUTE format('ALTER TABLE grain_state_%s ALTER COLUMN value SET STORAGE EXTERNAL, ALTER COLUMN value SET STATISTICS 0', lpad(shard::text, 2, '0'));
        EXECUTE format('CREATE TABLE payload_%s PARTITION OF payload FOR VALUES IN (%s)', lpad(shard::text, 2, '0'), shard);
        EXECUTE format('ALTER TABLE payload_%s ALTER COLUMN value SET STORAGE EXTERNAL, ALTER COLUMN value SET STATISTICS 0', lpad(shard::text, 2, '0'));
    END LOOP;
END
$$;

CREATE TABLE ledger (
    ledger text COLLATE "C" NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    reference uuid NOT NULL,
    entry bytea NOT NULL,
    PRIMARY KEY (ledger, number),
    UNIQUE (ledger, reference)
);

COMMENT ON TABLE ledger IS 'Ledgers, one for each data owner: added to, never changed and never cut. Entries are canonical bytes, hash-chained.';

CREATE FUNCTION ledger_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a ledger is added to and never changed or cut' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_only_added_to();
-- Also where a session says that it replays what was checked elsewhere.
ALTER TABLE ledger ENABLE ALWAYS TRIGGER ledger_is_never_changed;
-- A second fence for whoever is not the table's owner, and a word to the owner.
REVOKE UPDATE, DELETE, TRUNCATE ON ledger FROM PUBLIC, CURRENT_USER;
