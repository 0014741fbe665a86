//! Hands a topic's messages to a handler, and comes back after every interruption.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use lapin::Channel;
use lapin::options::{BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

use super::backoff::Backoff;
use super::in_hand::InHand;
use super::link::Live;
use super::{Desk, topology, wire};
use crate::bus::{BusError, Consumer, Handler, Identity, Topic};

/// How long the broker may take to let us consume.
const SUBSCRIBED_WITHIN: Duration = Duration::from_secs(20);

pub(super) async fn start(
    desk: &Arc<Desk>,
    topic: Topic,
    prefetch: usize,
    handler: Arc<dyn Handler>,
) -> Result<Consumer, BusError> {
    let prefetch = u16::try_from(prefetch.max(1)).unwrap_or(u16::MAX);
    let worker = Worker { desk: desk.clone(), topic, prefetch, handler };
    let first = worker.subscribe(&desk.link.up().await?).await?;
    Ok(Consumer(Box::new(AbortOnDropHandle::new(tokio::spawn(worker.run(first))))))
}

struct Subscription {
    channel: Channel,
    messages: lapin::Consumer,
}

struct Worker {
    desk: Arc<Desk>,
    topic: Topic,
    prefetch: u16,
    handler: Arc<dyn Handler>,
}

impl Worker {
    async fn run(self, mut subscription: Subscription) {
        loop {
            self.serve(subscription).await;
            subscription = match self.subscribe_again().await {
                Some(subscription) => subscription,
                None => return,
            };
        }
    }

    /// Until no more messages come. Handlers at work may finish, so that a message which then comes again does not
    /// meet itself.
    async fn serve(&self, Subscription { channel, mut messages }: Subscription) {
        let mut at_work = JoinSet::new();
        loop {
            tokio::select! {
                message = messages.next() => match message {
                    Some(Ok(delivery)) => {
                        let in_hand = InHand {
                            desk: self.desk.clone(),
                            topic: self.topic.clone(),
                            handler: self.handler.clone(),
                            channel: channel.clone(),
                            delivery,
                        };
                        at_work.spawn(in_hand.handle());
                    }
                    Some(Err(error)) => {
                        tracing::warn!(%error, topic = self.topic.as_str(), "no more messages come");
                        break;
                    }
                    None => break,
                },
                Some(_) = at_work.join_next() => {}
            }
        }
        while at_work.join_next().await.is_some() {}
    }

    /// None when the bus is shut down.
    async fn subscribe_again(&self) -> Option<Subscription> {
        let mut backoff = Backoff::new();
        loop {
            let live = self.desk.link.up().await.ok()?;
            match self.subscribe(&live).await {
                Ok(subscription) => return Some(subscription),
                Err(error) => tracing::warn!(%error, topic = self.topic.as_str(), "cannot consume"),
            }
            backoff.pause().await;
        }
    }

    async fn subscribe(&self, live: &Live) -> Result<Subscription, BusError> {
        tokio::time::timeout(SUBSCRIBED_WITHIN, self.try_subscribe(live)).await.unwrap_or_else(|_| {
            let (queue, seconds) = (self.topic.as_str(), SUBSCRIBED_WITHIN.as_secs());
            Err(BusError::Closed(format!("RabbitMQ does not open queue {queue} within {seconds} s")))
        })
    }

    async fn try_subscribe(&self, live: &Live) -> Result<Subscription, BusError> {
        let channel = live.channel().await?;
        if self.desk.address.identity == Identity::Control {
            topology::declare(&channel, &self.topic).await.map_err(wire::broken)?;
        }
        channel.basic_qos(self.prefetch, BasicQosOptions::default()).await.map_err(wire::broken)?;
        let queue = self.topic.as_str();
        let options = BasicConsumeOptions::default();
        let consuming = channel.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await;
        let messages = consuming.map_err(|error| match &self.desk.address.identity {
            Identity::Control => wire::broken(error),
            Identity::Host(host) => BusError::Closed(format!(
                "queue {queue} is not open to this host: {error}. `arcus host add {host}`, run where control is, makes \
                 the queue and this host's way to it"
            )),
        })?;
        Ok(Subscription { channel, messages })
    }
}
