-- What hosts are making images of: each of a volume or of an instance.
CREATE TABLE image_sources (
    image_id    TEXT PRIMARY KEY,
    volume_id   TEXT UNIQUE,
    instance_id TEXT UNIQUE,
    -- How far an instance's is; a volume says so itself.
    percent     BIGINT
);
