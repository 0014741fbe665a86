//! Makes exchanges and queues. Making one that is there already changes nothing.

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind, Result};

use super::names::{self, DEAD, EXCHANGES, REPLIES, TO_DEAD};
use crate::bus::{Identity, Topic};

/// What is there before anybody speaks: control makes it at every connection, as a broker may have been set up anew.
pub(super) async fn prepare(channel: &Channel, identity: &Identity) -> Result<()> {
    if *identity != Identity::Control {
        return Ok(());
    }
    for exchange in EXCHANGES {
        let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        channel.exchange_declare(exchange.into(), ExchangeKind::Direct, durable, FieldTable::default()).await?;
    }
    declare(channel, &Topic::scheduler()).await?;
    declare(channel, &Topic::conductor()).await?;
    quorum_queue(channel, DEAD, TO_DEAD).await?;
    Ok(())
}

/// Makes a topic's queue, and tells how many consumers it has.
pub(super) async fn declare(channel: &Channel, topic: &Topic) -> Result<u32> {
    quorum_queue(channel, topic.as_str(), names::exchange(topic)).await
}

/// Takes a topic's queue away.
pub(super) async fn remove(channel: &Channel, topic: &Topic) -> Result<()> {
    channel.queue_delete(topic.as_str().into(), QueueDeleteOptions::default()).await.map(drop)
}

async fn quorum_queue(channel: &Channel, name: &str, exchange: &str) -> Result<u32> {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    let queue = channel.queue_declare(name.into(), durable, arguments).await?;
    bind(channel, name, exchange).await?;
    Ok(queue.consumer_count())
}

/// Makes the queue in which answers to us wait; it goes with the connection.
pub(super) async fn reply_queue(channel: &Channel, name: &str, identity: &Identity) -> Result<()> {
    let options = QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(name.into(), options, FieldTable::default()).await?;
    // Control answers hosts straight into their queue, which they could not bind anyway.
    if *identity == Identity::Control { bind(channel, name, REPLIES).await } else { Ok(()) }
}

async fn bind(channel: &Channel, queue: &str, exchange: &str) -> Result<()> {
    let options = QueueBindOptions::default();
    channel.queue_bind(queue.into(), exchange.into(), queue.into(), options, FieldTable::default()).await
}
