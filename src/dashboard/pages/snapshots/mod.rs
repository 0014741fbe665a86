//! Snapshots: what volumes held at one moment.

mod delete;
mod detail;
mod edit;
mod list;
mod table;
mod take;

pub use detail::SnapshotPage;
pub use list::SnapshotsPage;
pub use table::Snapshots;
pub use take::Take;
