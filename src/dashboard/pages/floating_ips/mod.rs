//! Floating IPs: addresses of an external network that lead to instances.

mod allocate;
mod detail;
mod list;
mod row;
mod targets;

pub use detail::FloatingIpPage;
pub use list::FloatingIpsPage;
pub use row::Disassociate;
pub use targets::choices;
