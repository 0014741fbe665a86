//! Compute: the API's service, the scheduler and the conductor.

mod api;
mod conductor;
pub(in crate::control) mod fit;
mod scheduler;
#[cfg(test)]
mod tests;

pub use api::ComputeApi;
pub(super) use conductor::Conductor;
pub(super) use scheduler::Scheduler;
