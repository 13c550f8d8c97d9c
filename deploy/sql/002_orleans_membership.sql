-- Who is in the cluster: the table behind Microsoft Orleans' ADO.NET membership, for PostgreSQL. Ours, written from the interface that the
-- provider documents: it reads every statement it runs from a table called OrleansQuery, by the keys below, gives the parameters named in them,
-- and reads the columns named in them. docs/decisions/cluster-membership.md says what it relies on.
--
-- A script that has been applied anywhere is never changed: what is to be different is a further script.

-- One row for a cluster. Its version is the ticket for every change of the cluster's silos: who holds an older one has not seen the last change.
CREATE TABLE orleans_cluster (
    cluster text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    changed timestamptz NOT NULL DEFAULT now()
);

-- One row for a start of a silo: started again at the same address it has another generation. status: 1 created, 2 joining, 3 active,
-- 4 shutting down, 5 stopping, 6 dead (SiloStatus). client_port: where gateways connect, 0 for a silo that takes none.
CREATE TABLE orleans_silo (
    cluster text COLLATE "C" NOT NULL REFERENCES orleans_cluster ON DELETE CASCADE,
    address text COLLATE "C" NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    name text NOT NULL,
    host text NOT NULL,
    status integer NOT NULL,
    client_port integer NOT NULL,
    suspicions text,
    started timestamptz NOT NULL,
    alive timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation)
);

COMMENT ON TABLE orleans_cluster IS 'Clusters, each with the version of its membership.';
COMMENT ON TABLE orleans_silo IS 'Silos of a cluster: where they are, how they are, who suspects them. Orleans writes it; looking at it is harmless.';

-- The name and the two columns are the provider's own words.
CREATE TABLE OrleansQuery (
    QueryKey text PRIMARY KEY,
    QueryText text NOT NULL
);

COMMENT ON TABLE OrleansQuery IS 'The statements that Orleans'' ADO.NET membership runs, by the key it asks for.';

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES

-- A cluster that is not there yet, at version 0. True where it was made.
('InsertMembershipVersionKey', $query$
WITH made AS (
    INSERT INTO orleans_cluster (cluster) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING cluster)
SELECT EXISTS (SELECT FROM made)
$query$),

-- A new silo, if the version is still the one that was read: the update of that one row is what two who join at once meet at, and the second
-- finds another version. True where it joined.
('InsertMembershipKey', $query$
WITH ticket AS (
    UPDATE orleans_cluster SET version = version + 1, changed = now()
    WHERE cluster = @DeploymentId AND version = @Version AND NOT EXISTS (
        SELECT FROM orleans_silo
        WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING cluster),
joined AS (
    INSERT INTO orleans_silo (cluster, address, port, generation, name, host, status, client_port, started, alive)
    SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM ticket
    RETURNING cluster)
SELECT EXISTS (SELECT FROM joined)
$query$),

-- Another status or other suspicions of a silo, under the same ticket. True where it was changed.
('UpdateMembershipKey', $query$
WITH ticket AS (
    UPDATE orleans_cluster SET version = version + 1, changed = now()
    WHERE cluster = @DeploymentId AND version = @Version AND EXISTS (
        SELECT FROM orleans_silo
        WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING cluster),
changed AS (
    UPDATE orleans_silo SET status = @Status, suspicions = @SuspectTimes, alive = @IAmAliveTime
    FROM ticket
    WHERE orleans_silo.cluster = ticket.cluster AND address = @Address AND port = @Port AND generation = @Generation
    RETURNING ticket.cluster)
SELECT EXISTS (SELECT FROM changed)
$query$),

-- A silo lives. No ticket: nobody else writes this column while it does.
('UpdateIAmAlivetimeKey', $query$
UPDATE orleans_silo SET alive = @IAmAliveTime
WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

-- The version with one silo, or with none: there is a row in any case.
('MembershipReadRowKey', $query$
SELECT version AS Version, address AS Address, port AS Port, generation AS Generation, name AS SiloName, host AS HostName, status AS Status,
    client_port AS ProxyPort, suspicions AS SuspectTimes, started AS StartTime, alive AS IAmAliveTime
FROM orleans_cluster LEFT JOIN orleans_silo
    ON orleans_silo.cluster = orleans_cluster.cluster AND address = @Address AND port = @Port AND generation = @Generation
WHERE orleans_cluster.cluster = @DeploymentId
$query$),

-- The version with all silos.
('MembershipReadAllKey', $query$
SELECT version AS Version, address AS Address, port AS Port, generation AS Generation, name AS SiloName, host AS HostName, status AS Status,
    client_port AS ProxyPort, suspicions AS SuspectTimes, started AS StartTime, alive AS IAmAliveTime
FROM orleans_cluster LEFT JOIN orleans_silo ON orleans_silo.cluster = orleans_cluster.cluster
WHERE orleans_cluster.cluster = @DeploymentId
$query$),

-- Where gateways may connect.
('GatewaysQueryKey', $query$
SELECT address AS Address, client_port AS ProxyPort, generation AS Generation FROM orleans_silo
WHERE cluster = @DeploymentId AND status = @Status AND client_port > 0
$query$),

-- Silos that have been dead since before a time.
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM orleans_silo WHERE cluster = @DeploymentId AND status = 6 AND alive < @IAmAliveTime
$query$),

-- A whole cluster, with its silos.
('DeleteMembershipTableEntriesKey', $query$
DELETE FROM orleans_cluster WHERE cluster = @DeploymentId
$query$);
