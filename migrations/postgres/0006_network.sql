-- What every resource of the network API has: a count of its changes, and tags (an array of words).
ALTER TABLE networks ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE networks ADD COLUMN tags JSONB NOT NULL DEFAULT '[]';
ALTER TABLE subnets ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE subnets ADD COLUMN tags JSONB NOT NULL DEFAULT '[]';
ALTER TABLE subnets ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE subnets ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT 'epoch';
ALTER TABLE ports ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE ports ADD COLUMN tags JSONB NOT NULL DEFAULT '[]';
ALTER TABLE ports ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT 'epoch';
ALTER TABLE routers ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE routers ADD COLUMN tags JSONB NOT NULL DEFAULT '[]';
ALTER TABLE floating_ips ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE floating_ips ADD COLUMN tags JSONB NOT NULL DEFAULT '[]';
ALTER TABLE security_groups ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE security_groups ADD COLUMN tags JSONB NOT NULL DEFAULT '[]';

UPDATE subnets SET updated_at = created_at;
UPDATE ports SET updated_at = created_at;

-- Which other project may use a network as if it were shared with everybody. That it is shared with everybody is a
-- column of the network.
CREATE TABLE rbac_policies (
    id             TEXT PRIMARY KEY,
    network_id     TEXT NOT NULL REFERENCES networks (id) ON DELETE CASCADE,
    -- whose policy it is
    project_id     TEXT NOT NULL,
    target_project TEXT NOT NULL,
    UNIQUE (network_id, target_project)
);
CREATE INDEX rbac_policies_by_target ON rbac_policies (target_project);
