-- Which projects may choose a type of volumes that is not public.
CREATE TABLE volume_type_projects (
    type_id    TEXT NOT NULL REFERENCES volume_types (id) ON DELETE CASCADE,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    PRIMARY KEY (type_id, project_id)
);
