//! Telling hosts that the records of a network changed.

use std::collections::BTreeSet;

use crate::bus::contract::NetworkMessage;
use crate::bus::{Envelope, Topic};
use crate::control::Ctx;
use crate::control::store::{self, Tx};
use crate::control::workflow::outbox;
use crate::model::{NetworkId, Result, RouterId, Timestamp};

/// Has every host with a port on the network fetch it anew, and `also` those that had one before the change.
pub async fn announce(tx: &mut Tx, ctx: &Ctx, id: &NetworkId, also: Vec<String>, now: Timestamp) -> Result<()> {
    let mut hosts: BTreeSet<String> = store::networks::hosts(&mut **tx, id).await?.into_iter().collect();
    hosts.extend(also.into_iter().filter(|host| !host.is_empty()));
    let message = Envelope::new(&ctx.request_id, &NetworkMessage::Changed { network_id: id.clone() });
    for host in hosts {
        outbox::enqueue(tx, &Topic::network(&host), &Envelope { id: new_message_id(), ..message.clone() }, now).await?;
    }
    Ok(())
}

/// Has the host that carries the router fetch it anew, and `also` those that carried it before the change.
pub async fn announce_router(
    tx: &mut Tx,
    request_id: &str,
    id: &RouterId,
    also: Vec<String>,
    now: Timestamp,
) -> Result<()> {
    let mut hosts: BTreeSet<String> = also.into_iter().filter(|host| !host.is_empty()).collect();
    hosts.extend(store::routers::host_of(&mut **tx, id).await?);
    for host in hosts {
        let message = Envelope::new(request_id, &NetworkMessage::RouterChanged { router_id: id.clone() });
        outbox::enqueue(tx, &Topic::network(&host), &message, now).await?;
    }
    Ok(())
}

fn new_message_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
