//! Ports: the tables of them on other pages, and the page of one.

mod add;
mod detail;
mod device;
mod edit;
mod fields;
mod table;

pub use add::AddPort;
pub use detail::PortPage;
pub use device::{PortState, free_port_label};
pub use fields::GroupChoice;
pub use table::Ports;
