-- Block volumes, their types, snapshots, attachments, transfers and messages.
CREATE TABLE volume_types (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    description TEXT,
    is_public   BOOLEAN NOT NULL,
    extra_specs JSONB NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL
);

-- Without a host it is to lie where the instance will be that gets it.
CREATE TABLE volumes (
    id                TEXT PRIMARY KEY,
    project_id        TEXT NOT NULL,
    user_id           TEXT NOT NULL,
    name              TEXT NOT NULL,
    description       TEXT,
    size_gb           BIGINT NOT NULL,
    -- GiB that it has while it is being extended.
    extended_from     BIGINT,
    status            TEXT NOT NULL,
    type_id           TEXT NOT NULL REFERENCES volume_types (id),
    availability_zone TEXT NOT NULL,
    source            JSONB NOT NULL,
    bootable          BOOLEAN NOT NULL,
    multiattach       BOOLEAN NOT NULL,
    read_only         BOOLEAN NOT NULL,
    metadata          JSONB NOT NULL,
    image_metadata    JSONB NOT NULL,
    host              TEXT,
    -- Where another host than its own reaches it, while one does.
    export_address    TEXT,
    export_name       TEXT,
    progress          BIGINT,
    fault             JSONB,
    -- The request that works on it.
    request_id        TEXT NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX volumes_by_project ON volumes (project_id, created_at);
CREATE INDEX volumes_by_host ON volumes (host);

CREATE TABLE volume_snapshots (
    id          TEXT PRIMARY KEY,
    volume_id   TEXT NOT NULL REFERENCES volumes (id),
    project_id  TEXT NOT NULL,
    user_id     TEXT NOT NULL,
    name        TEXT NOT NULL,
    description TEXT,
    size_gb     BIGINT NOT NULL,
    status      TEXT NOT NULL,
    metadata    JSONB NOT NULL,
    fault       JSONB,
    request_id  TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX volume_snapshots_by_project ON volume_snapshots (project_id, created_at);
CREATE INDEX volume_snapshots_by_volume ON volume_snapshots (volume_id);

CREATE TABLE volume_attachments (
    id                    TEXT PRIMARY KEY,
    volume_id             TEXT NOT NULL REFERENCES volumes (id),
    instance_id           TEXT NOT NULL,
    status                TEXT NOT NULL,
    device                TEXT NOT NULL,
    boot                  BOOLEAN NOT NULL,
    delete_on_termination BOOLEAN NOT NULL,
    read_only             BOOLEAN NOT NULL,
    tag                   TEXT,
    created_at            TIMESTAMPTZ NOT NULL,
    attached_at           TIMESTAMPTZ,
    UNIQUE (instance_id, device),
    UNIQUE (instance_id, volume_id)
);
CREATE INDEX volume_attachments_by_volume ON volume_attachments (volume_id);

CREATE TABLE volume_transfers (
    id         TEXT PRIMARY KEY,
    volume_id  TEXT NOT NULL UNIQUE REFERENCES volumes (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    -- SHA-256 of salt and key, hex.
    salt       TEXT NOT NULL,
    key_hash   TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Why something failed, for whoever asked for it.
CREATE TABLE volume_messages (
    id            TEXT PRIMARY KEY,
    project_id    TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id   TEXT NOT NULL,
    reason        JSONB NOT NULL,
    request_id    TEXT NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX volume_messages_by_project ON volume_messages (project_id, created_at);
