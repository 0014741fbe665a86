//! Networks with their subnets and ports.

mod detail;
mod list;
mod ports;
mod subnet_fields;
mod subnets;

pub use detail::NetworkPage;
pub use list::NetworksPage;
