-- Hosts that belong together, in an availability zone of their own if the aggregate names one.
CREATE TABLE aggregates (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid              TEXT NOT NULL UNIQUE,
    name              TEXT NOT NULL UNIQUE,
    availability_zone TEXT,
    metadata          TEXT NOT NULL,
    created_at        TEXT NOT NULL,
    updated_at        TEXT
);

CREATE TABLE aggregate_hosts (
    aggregate_id BIGINT NOT NULL REFERENCES aggregates (id) ON DELETE CASCADE,
    host         TEXT NOT NULL REFERENCES hosts (name) ON DELETE CASCADE,
    PRIMARY KEY (aggregate_id, host)
);
CREATE INDEX aggregate_hosts_by_host ON aggregate_hosts (host);
