//! Everything that may touch the database, and nothing else does.
//!
//! The rest of Arcus enters through one facade, [`Services`]; [`store`] is private to this module.

pub mod access;
mod asker;
pub mod clock;
pub mod compute;
pub mod console;
pub mod context;
pub mod events;
pub mod identity;
pub mod image;
pub mod meter;
pub mod network;
pub mod policy;
pub mod quota;
pub mod records;
mod services;
pub mod sessions;
mod shared;
mod state_dir;
mod store;
#[cfg(test)]
mod strangers;
#[cfg(test)]
pub(crate) mod testing;
pub mod volume;
mod workflow;

pub use asker::{Asker, Who};
pub use clock::{Clock, SystemClock};
pub use context::Ctx;
pub use services::{Background, Parts, Services, Settings};
pub use store::db::Schema;
