-- When its host last got further with it. Messages that say the same as before come as well.
ALTER TABLE volumes ADD COLUMN progressed_at TIMESTAMPTZ;
