//! Compute, `/compute/v2.1`: servers and what they need.

mod actions;
mod addresses;
mod aggregates;
mod block_devices;
mod consoles;
mod extensions;
mod flavor_access;
mod flavor_specs;
mod flavor_view;
mod flavors;
mod host_ids;
mod hosts;
mod hypervisors;
mod images;
mod instance_actions;
mod interfaces;
mod keypairs;
mod limits;
mod metadata;
mod new_server;
mod quota_sets;
mod rebuild;
mod scheduler_hints;
mod server_groups;
mod server_list;
mod server_query;
mod server_security_groups;
mod server_shape;
mod server_view;
mod servers;
mod services;
mod tags;
mod usage;
mod versions;
mod volumes;
mod zones;

use axum::routing::{MethodRouter, delete, get, post, put};

use super::{Routes, microversion, schema};
use crate::http::state::AppState;

/// The name under which all of it is known, and the older one.
const NAMES: [&str; 2] = ["/compute/v2.1/", microversion::OLD_NAME];

pub fn routes() -> Routes {
    vec![
        ("/compute", get(versions::all)),
        ("/compute/", get(versions::all)),
        ("/compute/v2", get(versions::v2)),
        ("/compute/v2/", get(versions::v2)),
        ("/compute/v2.1", get(versions::v2_1)),
        ("/compute/v2.1/", get(versions::v2_1)),
        ("/compute/v2.1/servers", get(server_list::list).post(servers::create)),
        ("/compute/v2.1/servers/detail", get(server_list::detail)),
        ("/compute/v2.1/servers/{id}", get(servers::show).put(servers::update).delete(servers::delete)),
        ("/compute/v2.1/servers/{id}/action", post(actions::act)),
        ("/compute/v2.1/servers/{id}/metadata", get(metadata::list).put(metadata::replace).post(metadata::merge)),
        ("/compute/v2.1/servers/{id}/metadata/{key}", get(metadata::show).put(metadata::set).delete(metadata::remove)),
        ("/compute/v2.1/servers/{id}/ips", get(addresses::list)),
        ("/compute/v2.1/servers/{id}/ips/{network}", get(addresses::show)),
        ("/compute/v2.1/servers/{id}/tags", get(tags::list).put(tags::replace).delete(tags::clear)),
        ("/compute/v2.1/servers/{id}/tags/{tag}", get(tags::show).put(tags::add).delete(tags::remove)),
        ("/compute/v2.1/servers/{id}/remote-consoles", post(consoles::create)),
        ("/compute/v2.1/servers/{id}/os-instance-actions", get(instance_actions::list)),
        ("/compute/v2.1/servers/{id}/os-instance-actions/{request}", get(instance_actions::show)),
        ("/compute/v2.1/servers/{id}/os-interface", get(interfaces::list).post(interfaces::attach)),
        ("/compute/v2.1/servers/{id}/os-interface/{port}", get(interfaces::show).delete(interfaces::detach)),
        ("/compute/v2.1/servers/{id}/os-security-groups", get(server_security_groups::list)),
        ("/compute/v2.1/servers/{id}/os-volume_attachments", get(volumes::list).post(volumes::attach)),
        (
            "/compute/v2.1/servers/{id}/os-volume_attachments/{volume}",
            get(volumes::show).put(volumes::update).delete(volumes::detach),
        ),
        ("/compute/v2.1/flavors", get(flavors::list).post(flavors::create)),
        ("/compute/v2.1/flavors/detail", get(flavors::detail)),
        ("/compute/v2.1/flavors/{id}", get(flavors::show).put(flavors::update).delete(flavors::delete)),
        ("/compute/v2.1/flavors/{id}/action", post(flavor_access::act)),
        ("/compute/v2.1/flavors/{id}/os-flavor-access", get(flavor_access::list)),
        ("/compute/v2.1/flavors/{id}/os-extra_specs", get(flavor_specs::list).post(flavor_specs::add)),
        (
            "/compute/v2.1/flavors/{id}/os-extra_specs/{key}",
            get(flavor_specs::show).put(flavor_specs::set).delete(flavor_specs::remove),
        ),
        ("/compute/v2.1/os-keypairs", get(keypairs::list).post(keypairs::create)),
        ("/compute/v2.1/os-keypairs/{name}", get(keypairs::show).delete(keypairs::delete)),
        ("/compute/v2.1/os-server-groups", get(server_groups::list).post(server_groups::create)),
        ("/compute/v2.1/os-server-groups/{id}", get(server_groups::show).delete(server_groups::delete)),
        ("/compute/v2.1/limits", get(limits::show)),
        ("/compute/v2.1/os-quota-sets/{project}", get(quota_sets::show).put(quota_sets::set).delete(quota_sets::reset)),
        ("/compute/v2.1/os-quota-sets/{project}/defaults", get(quota_sets::defaults)),
        ("/compute/v2.1/os-quota-sets/{project}/detail", get(quota_sets::detail)),
        ("/compute/v2.1/extensions", get(extensions::list)),
        ("/compute/v2.1/extensions/{alias}", get(extensions::show)),
        ("/compute/v2.1/os-aggregates", get(aggregates::list).post(aggregates::create)),
        ("/compute/v2.1/os-aggregates/{id}", get(aggregates::show).put(aggregates::update).delete(aggregates::delete)),
        ("/compute/v2.1/os-aggregates/{id}/action", post(aggregates::act)),
        ("/compute/v2.1/os-availability-zone", get(zones::list)),
        ("/compute/v2.1/os-availability-zone/detail", get(zones::detail)),
        ("/compute/v2.1/os-hosts", get(hosts::list)),
        ("/compute/v2.1/os-hosts/{host}", get(hosts::show)),
        ("/compute/v2.1/os-hypervisors", get(hypervisors::list)),
        ("/compute/v2.1/os-hypervisors/detail", get(hypervisors::detail)),
        ("/compute/v2.1/os-hypervisors/statistics", get(hypervisors::statistics)),
        ("/compute/v2.1/os-hypervisors/{id}", get(hypervisors::show)),
        ("/compute/v2.1/os-services", get(services::list)),
        ("/compute/v2.1/os-services/{id}", put(services::update).merge(delete(services::delete))),
        ("/compute/v2.1/os-simple-tenant-usage", get(usage::list)),
        ("/compute/v2.1/os-simple-tenant-usage/{project}", get(usage::show)),
    ]
}

/// All of it, under both names.
pub fn both_names() -> Vec<(String, MethodRouter<AppState>)> {
    let [name, old_name] = NAMES;
    let old = routes().into_iter().filter(|(path, _)| path.starts_with(name) && *path != name);
    let old: Vec<_> = old.map(|(path, methods)| (path.replacen(name, old_name, 1), methods)).collect();
    routes().into_iter().map(|(path, methods)| (path.to_owned(), methods)).chain(old).collect()
}
