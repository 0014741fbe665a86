//! Power states that change by themselves, such as when a guest shuts down.

use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;

use super::{Host, Owners};
use crate::model::InstanceId;
use crate::model::state::PowerState;

/// Tells the conductor of every change as the hypervisor sees it.
pub async fn watch_power(host: Arc<Host>, owners: Arc<Owners>) {
    let mut changes = host.hypervisor.changes();
    loop {
        match changes.recv().await {
            Ok(id) if owners.busy(&id) => tracing::debug!(instance = %id, "its owner reports the change"),
            Ok(id) => report(&host, &id).await,
            Err(RecvError::Lagged(missed)) => tracing::info!(missed, "the next comparison makes up for missed events"),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Tells the conductor how a domain is now. What cannot be asked or told is made up for by the next comparison.
pub async fn report(host: &Host, id: &InstanceId) {
    let state = match host.hypervisor.state(id).await {
        Ok(state) => state.unwrap_or(PowerState::NoState),
        Err(error) => {
            tracing::debug!(instance = %id, %error, "its power state is unknown");
            return;
        }
    };
    if let Err(unanswered) = host.conductor.power(id, state).await {
        tracing::debug!(instance = %id, %state, %unanswered, "its power state was not heard");
    }
}
