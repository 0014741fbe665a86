//! Security groups: which traffic is let through to instances.

mod detail;
mod list;
mod rule_form;
mod rules;
mod words;

pub use detail::SecurityGroupPage;
pub use list::SecurityGroupsPage;
pub use words::effect;
