//! Compares what is with what should be, and mends it: at start, and then regularly. Whatever an earlier process left
//! half done ends here. Each takes no input and may run at any time.

mod hosts;
mod leftovers;
mod routers;
mod stuck;
mod volumes;

use std::sync::Arc;

use crate::control::shared::Shared;

use hosts::Watch;
#[cfg(test)]
pub use leftovers::remove as remove_leftovers;
pub use routers::place as place_routers;
pub use stuck::end_overdue as overdue;
pub use volumes::remind as remind_of_volumes;

/// Once, before anything else runs: whatever is in the middle of a task, and has no message that waits to be
/// delivered, died with the process that worked on it.
pub async fn at_start(shared: &Shared) {
    report("tasks", stuck::end_abandoned(shared).await);
    leftovers::remove(shared).await;
}

/// For ever. A task that waited out a stop of Arcus, or of the bus, gets its whole time again.
pub async fn regularly(shared: Arc<Shared>) {
    let mut since = shared.now();
    let mut watch = Watch::default();
    loop {
        tokio::time::sleep(shared.settings.reconcile_every).await;
        if !shared.bus.is_up() {
            since = shared.now();
        }
        report("tasks", overdue(&shared, since).await);
        report("hosts", watch.tell_changes(&shared).await);
        report("routers", place_routers(&shared).await);
        report("waiting volumes", remind_of_volumes(&shared).await);
        leftovers::remove(&shared).await;
    }
}

/// The next round tries again.
fn report(what: &str, result: crate::model::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, cause = ?std::error::Error::source(&error), "could not reconcile {what}");
    }
}
