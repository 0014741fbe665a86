-- Ports as things of their own, routers, floating IPs.

ALTER TABLE ports ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE ports ADD COLUMN port_security BOOLEAN NOT NULL DEFAULT TRUE;
-- [{"ip": "10.0.0.0/24", "mac": null}]
ALTER TABLE ports ADD COLUMN allowed_address_pairs JSONB NOT NULL DEFAULT '[]';

-- What joins a router to networks are ports: device_owner network:router_interface or network:router_gateway,
-- device_id the router's id, host the router's.
CREATE TABLE routers (
    id             TEXT PRIMARY KEY,
    project_id     TEXT NOT NULL,
    name           TEXT NOT NULL,
    description    TEXT NOT NULL,
    admin_state_up BOOLEAN NOT NULL,
    enable_snat    BOOLEAN NOT NULL,
    routes         JSONB NOT NULL,
    host           TEXT NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX routers_by_project ON routers (project_id);
CREATE INDEX routers_by_host ON routers (host);

-- The address itself is held by a port of owner network:floatingip on the external network.
CREATE TABLE floating_ips (
    id            TEXT PRIMARY KEY,
    project_id    TEXT NOT NULL,
    port_id       TEXT NOT NULL UNIQUE REFERENCES ports (id),
    description   TEXT NOT NULL,
    -- where it leads; all three or none
    fixed_port_id TEXT REFERENCES ports (id) ON DELETE SET NULL,
    fixed_ip      TEXT,
    router_id     TEXT REFERENCES routers (id),
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX floating_ips_by_project ON floating_ips (project_id);
CREATE INDEX floating_ips_by_router ON floating_ips (router_id);
-- one inner address is led to by one floating IP at the most
CREATE UNIQUE INDEX floating_ips_by_target ON floating_ips (fixed_port_id, fixed_ip) WHERE fixed_port_id IS NOT NULL;
