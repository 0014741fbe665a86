-- The same tables as on SQLite, where times and JSON are TEXT.

-- SQLite's function of this name, for arrays: each element as text.
CREATE FUNCTION json_each(list JSONB) RETURNS TABLE (value TEXT) LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT jsonb_array_elements_text(list)';

CREATE TABLE domains (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    enabled     BOOLEAN NOT NULL
);

CREATE TABLE projects (
    id          TEXT PRIMARY KEY,
    domain_id   TEXT NOT NULL REFERENCES domains (id),
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    enabled     BOOLEAN NOT NULL,
    UNIQUE (domain_id, name)
);

CREATE TABLE users (
    id                 TEXT PRIMARY KEY,
    domain_id          TEXT NOT NULL REFERENCES domains (id),
    name               TEXT NOT NULL,
    enabled            BOOLEAN NOT NULL,
    default_project_id TEXT,
    -- argon2id in PHC form
    password_hash      TEXT NOT NULL,
    -- tokens issued before this moment are no longer good
    tokens_valid_from  TIMESTAMPTZ NOT NULL,
    UNIQUE (domain_id, name)
);

CREATE TABLE roles (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE assignments (
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    role_id    TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, project_id, role_id)
);

CREATE TABLE revoked_tokens (
    audit_id   TEXT PRIMARY KEY,
    -- the row may go when the token would have expired anyway
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    data       TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE quotas (
    project_id  TEXT NOT NULL,
    resource    TEXT NOT NULL,
    limit_value BIGINT NOT NULL,
    PRIMARY KEY (project_id, resource)
);

CREATE TABLE flavors (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    vcpus      BIGINT NOT NULL,
    ram_mb     BIGINT NOT NULL,
    disk_gb    BIGINT NOT NULL,
    is_public  BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE keypairs (
    user_id     TEXT NOT NULL,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    public_key  TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, name)
);

CREATE TABLE images (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    description  TEXT,
    owner        TEXT NOT NULL,
    status       TEXT NOT NULL,
    fault        JSONB,
    visibility   TEXT NOT NULL,
    protected    BOOLEAN NOT NULL,
    disk_format  TEXT,
    size         BIGINT,
    virtual_size BIGINT,
    checksum     TEXT,
    sha256       TEXT,
    min_disk     BIGINT NOT NULL,
    min_ram      BIGINT NOT NULL,
    properties   JSONB NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX images_by_owner ON images (owner);

CREATE TABLE networks (
    id               TEXT PRIMARY KEY,
    project_id       TEXT NOT NULL,
    name             TEXT NOT NULL,
    description      TEXT NOT NULL,
    admin_state_up   BOOLEAN NOT NULL,
    shared           BOOLEAN NOT NULL,
    external         BOOLEAN NOT NULL,
    mtu              BIGINT NOT NULL,
    provider_type    TEXT NOT NULL,
    physical_network TEXT,
    segmentation_id  BIGINT,
    port_security    BOOLEAN NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL
);
CREATE INDEX networks_by_project ON networks (project_id);

CREATE TABLE subnets (
    id               TEXT PRIMARY KEY,
    network_id       TEXT NOT NULL REFERENCES networks (id),
    project_id       TEXT NOT NULL,
    name             TEXT NOT NULL,
    cidr             TEXT NOT NULL,
    gateway_ip       TEXT,
    enable_dhcp      BOOLEAN NOT NULL,
    allocation_pools JSONB NOT NULL,
    dns_nameservers  JSONB NOT NULL,
    host_routes      JSONB NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL
);
CREATE INDEX subnets_by_network ON subnets (network_id);

CREATE TABLE ports (
    id             TEXT PRIMARY KEY,
    network_id     TEXT NOT NULL REFERENCES networks (id),
    project_id     TEXT NOT NULL,
    name           TEXT NOT NULL,
    mac            TEXT NOT NULL UNIQUE,
    device_id      TEXT NOT NULL,
    device_owner   TEXT NOT NULL,
    host           TEXT NOT NULL,
    status         TEXT NOT NULL,
    admin_state_up BOOLEAN NOT NULL,
    -- the n-th NIC of its device, from 0
    device_index   BIGINT NOT NULL,
    -- made by a launch, and so deleted with the instance
    created_by_launch BOOLEAN NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX ports_by_device ON ports (device_id);
CREATE INDEX ports_by_network ON ports (network_id);

-- The primary key is what makes address allocation atomic.
CREATE TABLE ip_allocations (
    subnet_id TEXT NOT NULL REFERENCES subnets (id),
    ip        TEXT NOT NULL,
    port_id   TEXT NOT NULL REFERENCES ports (id) ON DELETE CASCADE,
    PRIMARY KEY (subnet_id, ip)
);
CREATE INDEX ip_allocations_by_port ON ip_allocations (port_id);

CREATE TABLE security_groups (
    id          TEXT PRIMARY KEY,
    project_id  TEXT NOT NULL,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX security_groups_by_project ON security_groups (project_id);
-- one default group per project, even when two requests make it at once
CREATE UNIQUE INDEX security_groups_default ON security_groups (project_id) WHERE name = 'default';

CREATE TABLE security_group_rules (
    id                TEXT PRIMARY KEY,
    security_group_id TEXT NOT NULL REFERENCES security_groups (id) ON DELETE CASCADE,
    direction         TEXT NOT NULL,
    ethertype         TEXT NOT NULL,
    protocol          TEXT,
    port_min          BIGINT,
    port_max          BIGINT,
    remote_ip_prefix  TEXT,
    remote_group_id   TEXT,
    description       TEXT NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX security_group_rules_by_group ON security_group_rules (security_group_id);

CREATE TABLE port_security_groups (
    port_id           TEXT NOT NULL REFERENCES ports (id) ON DELETE CASCADE,
    security_group_id TEXT NOT NULL REFERENCES security_groups (id),
    PRIMARY KEY (port_id, security_group_id)
);

CREATE TABLE hosts (
    name            TEXT PRIMARY KEY,
    -- the agent's Inventory as JSON
    inventory       JSONB NOT NULL,
    vcpus           BIGINT NOT NULL,
    ram_mb          BIGINT NOT NULL,
    disk_gb         BIGINT NOT NULL,
    enabled         BOOLEAN NOT NULL,
    disabled_reason TEXT,
    last_heartbeat  TIMESTAMPTZ NOT NULL
);

CREATE TABLE instances (
    -- numbers the libvirt domain
    seq               BIGINT PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    id                TEXT NOT NULL UNIQUE,
    project_id        TEXT NOT NULL,
    user_id           TEXT NOT NULL,
    name              TEXT NOT NULL,
    description       TEXT,
    vm_state          TEXT NOT NULL,
    task_state        TEXT,
    power_state       TEXT NOT NULL,
    flavor            JSONB NOT NULL,
    image_id          TEXT NOT NULL,
    image_name        TEXT NOT NULL,
    key_name          TEXT,
    public_key        TEXT,
    host              TEXT,
    availability_zone TEXT NOT NULL,
    wanted_zone       TEXT,
    domain_name       TEXT NOT NULL,
    networks          JSONB NOT NULL,
    -- ids
    security_groups   JSONB NOT NULL,
    user_data         TEXT,
    config_drive      BOOLEAN NOT NULL,
    metadata          JSONB NOT NULL,
    fault             JSONB,
    -- the scheduler's Decision as JSON
    decision          JSONB,
    request_id        TEXT NOT NULL,
    -- the verb's request while a task runs
    task_request_id   TEXT,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL,
    launched_at       TIMESTAMPTZ,
    deleted_at        TIMESTAMPTZ,
    version           BIGINT NOT NULL
);
CREATE INDEX instances_by_project ON instances (project_id, deleted_at, created_at);
CREATE INDEX instances_by_host ON instances (host);

-- What an instance holds of a host; a claim inserts the row only while it still fits.
CREATE TABLE allocations (
    instance_id TEXT PRIMARY KEY,
    host        TEXT NOT NULL REFERENCES hosts (name),
    vcpus       BIGINT NOT NULL,
    ram_mb      BIGINT NOT NULL,
    disk_gb     BIGINT NOT NULL
);
CREATE INDEX allocations_by_host ON allocations (host);

CREATE TABLE instance_events (
    seq         BIGINT PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    instance_id TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    action      TEXT NOT NULL,
    step        BIGINT,
    host        TEXT,
    result      TEXT NOT NULL,
    started_at  TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    detail      TEXT,
    fault       JSONB
);
CREATE INDEX instance_events_by_instance ON instance_events (instance_id, seq);
CREATE UNIQUE INDEX instance_events_step ON instance_events (instance_id, request_id, action, step) WHERE step IS NOT NULL;

CREATE TABLE outbox (
    seq        BIGINT PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
    topic      TEXT NOT NULL,
    envelope   JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE console_tokens (
    -- SHA-256 of the token
    token_hash  TEXT PRIMARY KEY,
    instance_id TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    expires_at  TIMESTAMPTZ NOT NULL
);

-- Whoever publishes messages, in whichever process, hears of new ones when their transaction has been committed.
CREATE FUNCTION tell_of_messages() RETURNS TRIGGER LANGUAGE plpgsql
    AS 'BEGIN NOTIFY arcus_outbox; RETURN NULL; END';
CREATE TRIGGER outbox_filled AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION tell_of_messages();
