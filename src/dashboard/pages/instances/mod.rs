//! Instances: the list, and one of them with its tabs.

mod actions;
mod bulk;
mod detail;
mod facts;
mod fault;
mod filters;
mod funnel;
mod list;
mod log;
mod network;
mod row;
mod timeline;
mod verbs;

pub use detail::InstancePage;
pub use list::InstancesPage;
pub use row::Addresses;
pub use verbs::StartForm;
