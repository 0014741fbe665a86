//! Instances: the list, and one of them with its tabs.

mod actions;
mod bulk;
mod content;
mod detail;
mod facts;
mod fault;
mod filters;
mod funnel;
mod image;
mod list;
mod log;
mod network;
mod parts;
mod row;
mod shown;
mod timeline;
mod verbs;
mod volumes;

pub use detail::InstancePage;
pub use list::InstancesPage;
pub use row::Addresses;
pub use shown::{OfTab, Shown};
pub use verbs::StartForm;
