//! Compute: the API's service, the scheduler and the conductor.

mod api;
mod conductor;
mod fit;
mod scheduler;
#[cfg(test)]
mod tests;

pub use api::ComputeApi;
pub(super) use conductor::Conductor;
pub(super) use scheduler::Scheduler;
