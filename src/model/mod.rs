//! The words of the field: plain types and pure rules, without any I/O.
//!
//! Everything here compiles for the server and for the browser, and imports nothing else of Arcus.
//! Names follow OpenStack's API reference (<https://docs.openstack.org/api-ref/>).

pub mod access;
pub mod aggregate;
pub mod connect;
pub mod console;
pub mod error;
pub mod flavor;
pub mod host;
pub mod identity;
pub mod ids;
pub mod image;
pub mod instance;
pub mod keypair;
pub mod launch;
pub mod live;
pub mod network;
pub mod noun;
pub mod page;
pub mod protocol;
pub mod quota;
pub mod reach;
pub mod router;
pub mod scheduling;
pub mod security_group;
pub mod server_group;
pub mod state;
pub mod status_remedy;
pub mod step;
pub mod validate;
pub mod volume;

pub use error::{Error, Kind, Reason, Result};
pub use ids::*;
pub use noun::Noun;

/// A point in time. Always UTC, and truncated to microseconds by the clock that made it.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
