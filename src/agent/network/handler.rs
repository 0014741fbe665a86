//! News of networks, from topic `network.<host>`.

use std::sync::Arc;

use async_trait::async_trait;

use crate::agent::compute::Host;
use crate::bus::contract::NetworkMessage;
use crate::bus::{Envelope, Handler, Outcome};
use crate::model::{NetworkId, Result};

/// Applies what the records say whenever they changed.
pub struct NetworkHandler(pub Arc<Host>);

impl NetworkHandler {
    async fn apply(&self, request_id: &str, id: &NetworkId) -> Result<()> {
        match self.0.conductor.network(request_id, id).await? {
            Some(plan) => self.0.wiring.apply(&plan).await,
            None => self.0.wiring.remove(id).await,
        }
    }
}

#[async_trait]
impl Handler for NetworkHandler {
    async fn handle(&self, message: Envelope) -> Outcome {
        let done = match message.open() {
            Ok(NetworkMessage::Changed { network_id }) => self.apply(&message.request_id, &network_id).await,
            Ok(NetworkMessage::Removed { network_id }) => self.0.wiring.remove(&network_id).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = done {
            // The comparison with the records tries again.
            tracing::warn!(%error, request_id = message.request_id, "could not apply news of a network");
        }
        Outcome::Done(Ok(serde_json::Value::Null))
    }
}
