//! The pages, one file or folder each.

mod access;
mod console;
mod flavors;
mod floating_ips;
mod hosts;
mod images;
mod instances;
mod keypairs;
mod launch;
mod login;
mod networks;
mod not_found;
mod overview;
mod ports;
mod reach;
mod routers;
mod security_groups;
mod topology;

pub use access::ApiAccessPage;
pub use console::{ConsolePage, StandaloneConsolePage};
pub use flavors::FlavorsPage;
pub use floating_ips::{FloatingIpPage, FloatingIpsPage};
pub use hosts::HostsPage;
pub use images::{ImagePage, ImagesPage};
pub use instances::{InstancePage, InstancesPage};
pub use keypairs::KeypairsPage;
pub use launch::LaunchPage;
pub use login::LoginPage;
pub use networks::{NetworkPage, NetworksPage, SubnetPage};
pub use not_found::NotFoundPage;
pub use overview::OverviewPage;
pub use ports::PortPage;
pub use reach::ReachPage;
pub use routers::{RouterPage, RoutersPage};
pub use security_groups::{SecurityGroupPage, SecurityGroupsPage};
pub use topology::TopologyPage;
