//! What each role needs of its machine, and of the others.

use clap::ValueEnum;

use super::{
    Check, acceleration, free_space, image, libvirt, listen, network, program_on_path, reach, site, state_dir, volumes,
};
use crate::bus::Identity;
use crate::config::Config;

/// A role with a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    Api,
    Scheduler,
    Conductor,
    Network,
    Compute,
}

/// What a host's networks need.
const NETWORK_PROGRAMS: [(&str, &str); 4] =
    [("dnsmasq", "dnsmasq-base"), ("ip", "iproute2"), ("nft", "nftables"), ("arping", "iputils-arping")];
const QEMU_IMG: (&str, &str) = ("qemu-img", "qemu-utils");
const QEMU: (&str, &str) = ("qemu-system-x86_64", "qemu-system-x86");

/// Looks at all that the role needs.
pub async fn checks(config: &Config, role: Role) -> Vec<Check> {
    let mut checks = vec![state_dir(&config.state_dir)];
    match role {
        Role::Api => {
            checks.extend([free_space(&config.state_dir), listen(config).await, site(config), image(config)]);
            checks.push(program(QEMU_IMG));
            checks.extend(control(config).await);
        }
        Role::Scheduler | Role::Conductor => checks.extend(control(config).await),
        Role::Network => checks.extend(host(config).await),
        Role::Compute => {
            checks.push(free_space(&config.state_dir));
            checks.extend([QEMU_IMG, QEMU].map(program));
            checks.extend([acceleration(), libvirt(config).await]);
            checks.extend(volumes::checks(config).await);
            checks.extend(host(config).await);
            checks.push(reach::console(config).await);
        }
    }
    checks
}

/// What the roles of control share.
async fn control(config: &Config) -> Vec<Check> {
    let mut checks = vec![reach::database(config).await, reach::bus(config, Identity::Control).await];
    if !config.api_url.is_empty() {
        checks.extend(reach::api(config).await);
    }
    checks
}

/// What the roles of hosts share.
async fn host(config: &Config) -> Vec<Check> {
    let mut checks = vec![reach::secrets(config)];
    checks.extend(NETWORK_PROGRAMS.map(program));
    checks.extend(network::checks(config).await);
    checks.push(reach::bus(config, Identity::Host(config.host.clone())).await);
    checks.extend(reach::api(config).await);
    checks
}

fn program((program, package): (&str, &str)) -> Check {
    program_on_path(program, package)
}
