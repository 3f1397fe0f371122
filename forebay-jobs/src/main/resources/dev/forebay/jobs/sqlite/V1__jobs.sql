-- What every job has, small enough to be read by the thousand. Times are milliseconds since 1970.
CREATE TABLE job (
  id              TEXT    NOT NULL PRIMARY KEY,
  tenant          TEXT    NOT NULL,
  weight          REAL    NOT NULL,
  route           TEXT    NOT NULL,
  operation       TEXT    NOT NULL,
  model_path      TEXT    NOT NULL,
  priority        TEXT    NOT NULL,
  created         INTEGER NOT NULL,
  expires         INTEGER NOT NULL,
  tokens          INTEGER NOT NULL,
  callback        TEXT,
  idempotency_key BLOB,
  fingerprint     BLOB,
  state           TEXT    NOT NULL,
  not_before      INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  takes           INTEGER NOT NULL,
  lease_owner     TEXT,
  lease_until     INTEGER,
  reason          TEXT,
  ended           INTEGER,
  bytes           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The order in which a tenant's jobs are taken, and in which they expire.
CREATE INDEX job_turn ON job (route, priority, tenant, expires, id) WHERE state = 'queued';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_ended ON job (ended) WHERE ended IS NOT NULL;
CREATE INDEX job_state ON job (state, id);
CREATE INDEX job_tenant ON job (tenant, state, id);
CREATE UNIQUE INDEX job_key ON job (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- What is large, and read only when a job runs or is fetched.
CREATE TABLE job_request (
  id      TEXT NOT NULL PRIMARY KEY,
  headers TEXT NOT NULL,
  body    BLOB NOT NULL
) STRICT;

CREATE TABLE job_result (
  id      TEXT    NOT NULL PRIMARY KEY,
  status  INTEGER NOT NULL,
  headers TEXT    NOT NULL,
  body    BLOB    NOT NULL
) STRICT;

-- Who is to be told, and when next.
CREATE TABLE job_callback (
  id       TEXT    NOT NULL PRIMARY KEY,
  due      INTEGER NOT NULL,
  attempts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX job_callback_due ON job_callback (due);

-- Sums, kept up in the transaction of every change, so that nothing has to count a million rows.
CREATE TABLE job_total (
  state TEXT    NOT NULL PRIMARY KEY,
  jobs  INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO job_total VALUES
  ('queued', 0, 0), ('running', 0, 0), ('done', 0, 0), ('failed', 0, 0), ('expired', 0, 0), ('cancelled', 0, 0);

-- What waits, and how many tokens for its weight a tenant was given: the virtual token counter.
CREATE TABLE job_line (
  route    TEXT    NOT NULL,
  priority TEXT    NOT NULL,
  tenant   TEXT    NOT NULL,
  jobs     INTEGER NOT NULL,
  tokens   INTEGER NOT NULL,
  served   REAL    NOT NULL,
  PRIMARY KEY (route, priority, tenant)
) STRICT, WITHOUT ROWID;
