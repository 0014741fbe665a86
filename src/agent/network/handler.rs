//! News of networks, from topic `network.<host>`.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use crate::agent::compute::Host;
use crate::bus::contract::NetworkMessage;
use crate::bus::{Envelope, Handler, Outcome};
use crate::model::{NetworkId, Result, RouterId};

/// Applies what the records say whenever they changed.
pub struct NetworkHandler(pub Arc<Host>);

impl NetworkHandler {
    async fn apply(&self, request_id: &str, id: &NetworkId) -> Result<()> {
        match self.0.conductor.network(request_id, id).await? {
            Some(plan) => self.0.wiring.apply(&plan).await,
            None => self.0.wiring.remove(id).await,
        }
    }

    async fn apply_router(&self, request_id: &str, id: &RouterId) -> Result<()> {
        match self.0.conductor.router(request_id, id).await? {
            Some(plan) => {
                // News of a router may come before news of the networks that it joins.
                let legs = plan.interfaces.iter().chain(plan.gateway.as_ref().map(|gateway| &gateway.leg));
                for network in legs.map(|leg| &leg.network_id).collect::<BTreeSet<_>>() {
                    if let Some(plan) = self.0.conductor.network(request_id, network).await? {
                        self.0.wiring.apply(&plan).await?;
                    }
                }
                self.0.wiring.apply_router(&plan).await
            }
            None => self.0.wiring.remove_router(id).await,
        }
    }

    /// A port that came or went changes what may pass; so does a rule.
    async fn carry_out(&self, request_id: &str, news: NetworkMessage) -> Result<()> {
        match news {
            NetworkMessage::Changed { network_id } => {
                let applied = self.apply(request_id, &network_id).await;
                self.0.guard(request_id).await.and(applied)
            }
            NetworkMessage::Removed { network_id } => self.0.wiring.remove(&network_id).await,
            NetworkMessage::RouterChanged { router_id } => self.apply_router(request_id, &router_id).await,
            NetworkMessage::FirewallChanged => self.0.guard(request_id).await,
        }
    }
}

#[async_trait]
impl Handler for NetworkHandler {
    async fn handle(&self, message: Envelope) -> Outcome {
        let done = match message.open() {
            Ok(news) => self.carry_out(&message.request_id, news).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = done {
            // The comparison with the records tries again.
            tracing::warn!(%error, request_id = message.request_id, "could not apply news of a network");
        }
        Outcome::Done(Ok(serde_json::Value::Null))
    }
}
