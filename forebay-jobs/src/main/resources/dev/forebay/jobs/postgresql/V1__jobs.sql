-- What every job has, small enough to be read by the thousand. Times are milliseconds since 1970.
CREATE TABLE job (
  id              text COLLATE "C" NOT NULL PRIMARY KEY,
  tenant          text    NOT NULL,
  weight          double precision    NOT NULL,
  route           text    NOT NULL,
  operation       text    NOT NULL,
  model_path      text    NOT NULL,
  priority        text    NOT NULL,
  created         bigint NOT NULL,
  expires         bigint NOT NULL,
  tokens          bigint NOT NULL,
  callback        text,
  idempotency_key bytea,
  fingerprint     bytea,
  state           text    NOT NULL,
  not_before      bigint NOT NULL,
  attempts        bigint NOT NULL,
  takes           bigint NOT NULL,
  lease_owner     text,
  lease_until     bigint,
  reason          text,
  ended           bigint,
  bytes           bigint NOT NULL
);

-- The order in which a tenant's jobs are taken, and in which they expire.
CREATE INDEX job_turn ON job (route, priority, tenant, expires, id) WHERE state = 'queued';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_ended ON job (ended) WHERE ended IS NOT NULL;
CREATE INDEX job_state ON job (state, id);
CREATE INDEX job_tenant ON job (tenant, state, id);
CREATE UNIQUE INDEX job_key ON job (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- What is large, and read only when a job runs or is fetched.
CREATE TABLE job_request (
  id      text COLLATE "C" NOT NULL PRIMARY KEY,
  headers text NOT NULL,
  body    bytea NOT NULL
);

CREATE TABLE job_result (
  id      text COLLATE "C" NOT NULL PRIMARY KEY,
  status  bigint NOT NULL,
  headers text    NOT NULL,
  body    bytea    NOT NULL
);

-- Who is to be told, and when next.
CREATE TABLE job_callback (
  id       text COLLATE "C" NOT NULL PRIMARY KEY,
  due      bigint NOT NULL,
  attempts bigint NOT NULL
);
CREATE INDEX job_callback_due ON job_callback (due);

-- Sums, kept up in the transaction of every change, so that nothing has to count a million rows.
CREATE TABLE job_total (
  state text    NOT NULL PRIMARY KEY,
  jobs  bigint NOT NULL,
  bytes bigint NOT NULL
);
INSERT INTO job_total VALUES
  ('queued', 0, 0), ('running', 0, 0), ('done', 0, 0), ('failed', 0, 0), ('expired', 0, 0), ('cancelled', 0, 0);

-- What waits, and how many tokens for its weight a tenant was given: the virtual token counter.
CREATE TABLE job_line (
  route    text    NOT NULL,
  priority text    NOT NULL,
  tenant   text    NOT NULL,
  jobs     bigint NOT NULL,
  tokens   bigint NOT NULL,
  served   double precision    NOT NULL,
  PRIMARY KEY (route, priority, tenant)
);
