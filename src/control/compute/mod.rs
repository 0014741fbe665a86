//! Compute: the API's service, the scheduler and the conductor.

mod api;
mod conductor;
mod scheduler;

pub use api::ComputeApi;
