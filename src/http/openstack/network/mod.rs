//! Network, `/network/v2.0`: networks, subnets, ports, routers, floating IPs, security groups and their rules, limits.

mod agents;
mod attributes;
mod availability;
mod bulk;
mod collection;
mod conditional;
mod extensions;
mod floating_ips;
pub mod given;
mod networks;
mod port_bodies;
mod ports;
mod quotas;
mod rbac_policies;
mod reachability;
mod router_verbs;
mod routers;
mod security_group_rules;
mod security_groups;
mod subnets;
mod tags;
mod versions;

use axum::routing::{get, post, put};

use super::Routes;

pub fn routes() -> Routes {
    vec![
        ("/network", get(versions::all)),
        ("/network/", get(versions::all)),
        ("/network/v2.0", get(versions::v2_0)),
        ("/network/v2.0/", get(versions::v2_0)),
        ("/network/v2.0/agents", get(agents::list)),
        ("/network/v2.0/agents/{id}", get(agents::show)),
        ("/network/v2.0/availability_zones", get(agents::zones)),
        ("/network/v2.0/rbac-policies", get(rbac_policies::list).post(rbac_policies::create)),
        ("/network/v2.0/rbac-policies/{id}", get(rbac_policies::show).delete(rbac_policies::delete)),
        ("/network/v2.0/{collection}/{id}/tags", get(tags::list).put(tags::replace).delete(tags::clear)),
        ("/network/v2.0/{collection}/{id}/tags/{tag}", get(tags::has).put(tags::add).delete(tags::remove)),
        ("/network/v2.0/reachability", post(reachability::ask)),
        ("/network/v2.0/networks", get(networks::list).post(networks::create)),
        ("/network/v2.0/networks/{id}", get(networks::show).put(networks::update).delete(networks::delete)),
        ("/network/v2.0/subnets", get(subnets::list).post(subnets::create)),
        ("/network/v2.0/subnets/{id}", get(subnets::show).put(subnets::update).delete(subnets::delete)),
        ("/network/v2.0/ports", get(ports::list).post(ports::create)),
        ("/network/v2.0/ports/{id}", get(ports::show).put(ports::update).delete(ports::delete)),
        ("/network/v2.0/security-groups", get(security_groups::list).post(security_groups::create)),
        ("/network/v2.0/routers", get(routers::list).post(routers::create)),
        ("/network/v2.0/routers/{id}", get(routers::show).put(routers::update).delete(routers::delete)),
        ("/network/v2.0/routers/{id}/add_router_interface", put(router_verbs::add_interface)),
        ("/network/v2.0/routers/{id}/remove_router_interface", put(router_verbs::remove_interface)),
        ("/network/v2.0/routers/{id}/add_extraroutes", put(router_verbs::add_routes)),
        ("/network/v2.0/routers/{id}/remove_extraroutes", put(router_verbs::remove_routes)),
        ("/network/v2.0/floatingips", get(floating_ips::list).post(floating_ips::create)),
        (
            "/network/v2.0/floatingips/{id}",
            get(floating_ips::show).put(floating_ips::update).delete(floating_ips::delete),
        ),
        ("/network/v2.0/network-ip-availabilities", get(availability::list)),
        ("/network/v2.0/network-ip-availabilities/{id}", get(availability::show)),
        ("/network/v2.0/quotas/{project}", get(quotas::show).put(quotas::set).delete(quotas::reset)),
        ("/network/v2.0/quotas/{project}/details.json", get(quotas::details)),
        ("/network/v2.0/quotas/{project}/details", get(quotas::details)),
        ("/network/v2.0/quotas/{project}/default", get(quotas::default)),
        ("/network/v2.0/extensions", get(extensions::list)),
        ("/network/v2.0/extensions/{alias}", get(extensions::show)),
        (
            "/network/v2.0/security-groups/{id}",
            get(security_groups::show).put(security_groups::update).delete(security_groups::delete),
        ),
        ("/network/v2.0/security-group-rules", get(security_group_rules::list).post(security_group_rules::create)),
        (
            "/network/v2.0/security-group-rules/{id}",
            get(security_group_rules::show).delete(security_group_rules::delete),
        ),
    ]
}
