//! The pages, one file or folder each.

mod console;
mod flavors;
mod hosts;
mod images;
mod instances;
mod keypairs;
mod launch;
mod login;
mod networks;
mod not_found;
mod overview;
mod reach;
mod security_groups;
mod topology;

pub use console::{ConsolePage, StandaloneConsolePage};
pub use flavors::FlavorsPage;
pub use hosts::HostsPage;
pub use images::{ImagePage, ImagesPage};
pub use instances::{InstancePage, InstancesPage};
pub use keypairs::KeypairsPage;
pub use launch::LaunchPage;
pub use login::LoginPage;
pub use networks::{NetworkPage, NetworksPage};
pub use not_found::NotFoundPage;
pub use overview::OverviewPage;
pub use reach::ReachPage;
pub use security_groups::{SecurityGroupPage, SecurityGroupsPage};
pub use topology::TopologyPage;
