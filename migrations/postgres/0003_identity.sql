-- Whatever else clients say of a user (email, description, …): kept and given back, read only whole.
ALTER TABLE users ADD COLUMN extra JSONB NOT NULL DEFAULT '{}';
ALTER TABLE projects ADD COLUMN tags JSONB NOT NULL DEFAULT '[]';
ALTER TABLE roles ADD COLUMN description TEXT;

CREATE TABLE user_groups (
    id          TEXT PRIMARY KEY,
    domain_id   TEXT NOT NULL REFERENCES domains (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    UNIQUE (domain_id, name)
);

CREATE TABLE group_members (
    user_id  TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    group_id TEXT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, group_id)
);
CREATE INDEX group_members_by_group ON group_members (group_id);

-- A role that a user or a group holds in a project or in a domain.
CREATE TABLE role_assignments (
    user_id    TEXT REFERENCES users (id) ON DELETE CASCADE,
    group_id   TEXT REFERENCES user_groups (id) ON DELETE CASCADE,
    project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
    domain_id  TEXT REFERENCES domains (id) ON DELETE CASCADE,
    role_id    TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    CHECK ((user_id IS NULL) <> (group_id IS NULL)),
    CHECK ((project_id IS NULL) <> (domain_id IS NULL))
);
CREATE UNIQUE INDEX role_assignments_once ON role_assignments (
    coalesce(user_id, ''), coalesce(group_id, ''), coalesce(project_id, ''), coalesce(domain_id, ''), role_id
);
CREATE INDEX role_assignments_by_project ON role_assignments (project_id, user_id);
CREATE INDEX role_assignments_by_domain ON role_assignments (domain_id, user_id);
CREATE INDEX role_assignments_by_user ON role_assignments (user_id);
CREATE INDEX role_assignments_by_group ON role_assignments (group_id);
INSERT INTO role_assignments (user_id, project_id, role_id) SELECT user_id, project_id, role_id FROM assignments;
DROP TABLE assignments;

CREATE TABLE application_credentials (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    project_id   TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    description  TEXT,
    -- argon2id in PHC form
    secret_hash  TEXT NOT NULL,
    -- ids of roles
    roles        JSONB NOT NULL,
    unrestricted BOOLEAN NOT NULL,
    expires_at   TIMESTAMPTZ,
    created_at   TIMESTAMPTZ NOT NULL,
    UNIQUE (user_id, name)
);
