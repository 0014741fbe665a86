//! Network, `/network/v2.0`: networks, subnets, ports, security groups and their rules.

mod networks;
mod port_bodies;
mod ports;
mod reachability;
mod security_group_rules;
mod security_groups;
mod subnets;
mod versions;

use axum::routing::{get, post};

use super::Routes;

pub fn routes() -> Routes {
    vec![
        ("/network", get(versions::all)),
        ("/network/", get(versions::all)),
        ("/network/v2.0/reachability", post(reachability::ask)),
        ("/network/v2.0/networks", get(networks::list).post(networks::create)),
        ("/network/v2.0/networks/{id}", get(networks::show).put(networks::update).delete(networks::delete)),
        ("/network/v2.0/subnets", get(subnets::list).post(subnets::create)),
        ("/network/v2.0/subnets/{id}", get(subnets::show).delete(subnets::delete)),
        ("/network/v2.0/ports", get(ports::list).post(ports::create)),
        ("/network/v2.0/ports/{id}", get(ports::show).put(ports::update).delete(ports::delete)),
        ("/network/v2.0/security-groups", get(security_groups::list).post(security_groups::create)),
        ("/network/v2.0/security-groups/{id}", get(security_groups::show).delete(security_groups::delete)),
        ("/network/v2.0/security-group-rules", get(security_group_rules::list).post(security_group_rules::create)),
        (
            "/network/v2.0/security-group-rules/{id}",
            get(security_group_rules::show).delete(security_group_rules::delete),
        ),
    ]
}
