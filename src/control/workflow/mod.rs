//! What makes long work safe: the outbox, the timeline, the reconcilers.

mod commit;
pub mod outbox;
mod relay;
pub mod timeline;

pub use commit::{commit, tell};
pub use relay::run as relay;
