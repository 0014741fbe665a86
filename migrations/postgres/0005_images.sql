ALTER TABLE images ADD COLUMN container_format TEXT DEFAULT 'bare';
ALTER TABLE images ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE images ADD COLUMN tags JSONB NOT NULL DEFAULT '[]';

-- The projects that a shared image is shared with.
CREATE TABLE image_members (
    image_id   TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
    -- a project
    member_id  TEXT NOT NULL,
    status     TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (image_id, member_id)
);
CREATE INDEX image_members_by_member ON image_members (member_id);
