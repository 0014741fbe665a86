//! Networks with their subnets.

mod create;
mod detail;
mod edit;
mod list;
mod names;
mod subnet;
mod subnet_fields;
mod subnets;
mod switches;

pub use detail::NetworkPage;
pub use list::NetworksPage;
pub use names::{NetworkLink, external_choices, network_name, subnet_of};
pub use subnet::SubnetPage;
