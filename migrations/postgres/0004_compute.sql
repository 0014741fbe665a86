-- The compute API in its breadth: what is said of instances and flavors beside what runs.

-- '' until it is said: then it is made from the name
ALTER TABLE instances ADD COLUMN hostname TEXT NOT NULL DEFAULT '';
ALTER TABLE instances ADD COLUMN access_ip_v4 TEXT NOT NULL DEFAULT '';
ALTER TABLE instances ADD COLUMN access_ip_v6 TEXT NOT NULL DEFAULT '';
ALTER TABLE instances ADD COLUMN auto_disk_config BOOLEAN NOT NULL DEFAULT FALSE;
-- {"by": "owner", "reason": null}, or NULL while it is not locked
ALTER TABLE instances ADD COLUMN locked JSONB;

CREATE TABLE instance_tags (
    instance_id TEXT NOT NULL,
    tag         TEXT NOT NULL,
    PRIMARY KEY (instance_id, tag)
);

-- Who asked for what of an instance; instance_events tells what came of it.
CREATE TABLE instance_requests (
    instance_id TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    project_id  TEXT NOT NULL,
    PRIMARY KEY (instance_id, request_id)
);
INSERT INTO instance_requests (instance_id, request_id, user_id, project_id)
    SELECT id, request_id, user_id, project_id FROM instances;

ALTER TABLE flavors ADD COLUMN description TEXT;
ALTER TABLE flavors ADD COLUMN swap_mb BIGINT NOT NULL DEFAULT 0;
ALTER TABLE flavors ADD COLUMN ephemeral_gb BIGINT NOT NULL DEFAULT 0;
ALTER TABLE flavors ADD COLUMN rxtx_factor DOUBLE PRECISION NOT NULL DEFAULT 1.0;
ALTER TABLE flavors ADD COLUMN extra_specs JSONB NOT NULL DEFAULT '{}';

-- Projects that may use a flavor that is not public.
CREATE TABLE flavor_projects (
    flavor_id  TEXT NOT NULL REFERENCES flavors (id) ON DELETE CASCADE,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    PRIMARY KEY (flavor_id, project_id)
);

-- The compute API numbers key pairs.
ALTER TABLE keypairs ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE keypairs SET number = (
    SELECT count(*) FROM keypairs other
    WHERE other.user_id < keypairs.user_id OR (other.user_id = keypairs.user_id AND other.name <= keypairs.name)
);
