-- Who has to hear of a changed security group is asked at every launch.
CREATE INDEX ports_by_host ON ports (host);
CREATE INDEX port_security_groups_by_group ON port_security_groups (security_group_id);
CREATE INDEX security_group_rules_by_remote_group ON security_group_rules (remote_group_id);
