//! What makes long work safe: the outbox, the timeline, the reconcilers.

mod commit;
mod ending;
pub mod exchange;
pub mod lead;
pub mod outbox;
pub mod reconcile;
mod relay;
pub mod release;
pub mod timeline;

pub use commit::{commit, outcome, tell};
pub use ending::{end_launch, end_verb};
