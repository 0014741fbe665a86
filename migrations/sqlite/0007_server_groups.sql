-- Instances that are to run together, or apart.
CREATE TABLE server_groups (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    project_id   TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    name         TEXT NOT NULL,
    policy       TEXT NOT NULL,
    max_per_host BIGINT NOT NULL,
    created_at   TEXT NOT NULL
);
CREATE INDEX server_groups_by_project ON server_groups (project_id, seq);

ALTER TABLE instances ADD COLUMN server_group_id TEXT REFERENCES server_groups (id) ON DELETE SET NULL;
CREATE INDEX instances_by_server_group ON instances (server_group_id);
