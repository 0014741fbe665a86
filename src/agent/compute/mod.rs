//! Instances on this host: building them, acting on them, watching them.

mod attachments;
mod build;
mod capture;
mod cleanup;
mod config_drive;
mod console;
mod console_log;
mod guestless;
mod host;
mod hypervisor;
mod image_cache;
mod inventory;
mod launch;
#[cfg(feature = "libvirt")]
mod libvirt;
mod nics;
mod owner;
mod power;
mod reconcile;
mod record;
mod rewire;
mod simulated;
mod steps;
mod troubles;
mod verbs;
mod volumes;
mod way;
mod wires;

pub use console::{ConsoleAt, ConsolePort, Consoles};
pub use guestless::Guestless;
pub use host::Host;
pub use hypervisor::{DiskSource, Hypervisor};
pub use image_cache::ImageCache;
pub use owner::{Owners, Work};
pub use power::watch_power;
pub use reconcile::keep_reconciled;
pub use simulated::{Simulated, Size as SimulatedSize};

pub(in crate::agent) use console_log::console_log;
pub(in crate::agent) use inventory::keep_heartbeats;
#[cfg(feature = "libvirt")]
pub use libvirt::Libvirt;
pub(in crate::agent) use record::users_of;
pub(in crate::agent) use troubles::Troubles;
pub(in crate::agent) use way::way_to;
