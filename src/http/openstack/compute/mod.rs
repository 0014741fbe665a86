//! Compute, `/compute/v2.1`: servers and what they need.

mod actions;
mod consoles;
mod flavors;
mod instance_actions;
mod interfaces;
mod keypairs;
pub mod microversion;
mod new_server;
mod server_view;
mod servers;
mod versions;

use axum::routing::{get, post};

use super::Routes;

pub fn routes() -> Routes {
    vec![
        ("/compute", get(versions::all)),
        ("/compute/", get(versions::all)),
        ("/compute/v2.1", get(versions::v2_1)),
        ("/compute/v2.1/", get(versions::v2_1)),
        ("/compute/v2.1/servers", get(servers::list).post(servers::create)),
        ("/compute/v2.1/servers/detail", get(servers::detail)),
        ("/compute/v2.1/servers/{id}", get(servers::show).delete(servers::delete)),
        ("/compute/v2.1/servers/{id}/action", post(actions::act)),
        ("/compute/v2.1/servers/{id}/remote-consoles", post(consoles::create)),
        ("/compute/v2.1/servers/{id}/os-instance-actions", get(instance_actions::list)),
        ("/compute/v2.1/servers/{id}/os-instance-actions/{request}", get(instance_actions::show)),
        ("/compute/v2.1/servers/{id}/os-interface", get(interfaces::list).post(interfaces::attach)),
        ("/compute/v2.1/servers/{id}/os-interface/{port}", get(interfaces::show).delete(interfaces::detach)),
        ("/compute/v2.1/flavors", get(flavors::list).post(flavors::create)),
        ("/compute/v2.1/flavors/detail", get(flavors::detail)),
        ("/compute/v2.1/flavors/{id}", get(flavors::show).delete(flavors::delete)),
        ("/compute/v2.1/os-keypairs", get(keypairs::list).post(keypairs::create)),
        ("/compute/v2.1/os-keypairs/{name}", get(keypairs::show).delete(keypairs::delete)),
    ]
}
