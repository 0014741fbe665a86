-- What a project may have of one type of volumes.
CREATE TABLE volume_type_quotas (
    project_id  TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    type_id     TEXT NOT NULL REFERENCES volume_types (id) ON DELETE CASCADE,
    resource    TEXT NOT NULL,
    limit_value BIGINT NOT NULL,
    PRIMARY KEY (project_id, type_id, resource)
);
