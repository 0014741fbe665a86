//! The bus inside one process.
//!
//! Messages wait as bytes in one queue a topic. A queue lives as long as the bus: what was cast before anybody
//! listened is delivered when somebody does.

mod consumer;
mod queue;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use tokio::sync::oneshot;

pub use queue::DeadLetter;
use queue::{Parcel, Queues, Receipt};

use super::{Bus, BusError, Confirmation, Consumer, Envelope, Handler, Topic, meter};

/// A bus for control and agents in the same process.
#[derive(Clone, Default)]
pub struct MemoryBus {
    queues: Arc<Queues>,
}

impl MemoryBus {
    /// A bus with nothing on it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The latest messages that no handler could take, oldest first.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        self.queues.dead_letters()
    }

    /// Takes no more messages and drops those that wait; handlers at work may finish.
    pub fn close(&self) {
        self.queues.close();
    }
}

#[async_trait]
impl Bus for MemoryBus {
    async fn cast(&self, topic: &Topic, message: Envelope) -> Result<Confirmation, BusError> {
        let (receipt, finished) = oneshot::channel();
        self.queues.push(topic, Parcel::new(&message, Receipt::Cast(receipt))?)?;
        meter::cast(topic);
        let topic = topic.clone();
        Ok(finished.map(move |result| result.map_err(|_| gone(&topic))).boxed())
    }

    async fn call(&self, topic: &Topic, message: Envelope, within: Duration) -> Result<serde_json::Value, BusError> {
        if !self.queues.has_consumer(topic) {
            return Err(BusError::Unroutable(topic.as_str().to_owned()));
        }
        let (receipt, answer) = oneshot::channel();
        self.queues.push(topic, Parcel::new(&message, Receipt::Call(receipt))?)?;
        let answer = match tokio::time::timeout(within, answer).await {
            Ok(Ok(answer)) => answer.map_err(BusError::Refused),
            Ok(Err(_)) => Err(gone(topic)),
            Err(_) => {
                Err(BusError::Timeout { topic: topic.as_str().to_owned(), seconds: within.as_secs_f64().ceil() as u64 })
            }
        };
        meter::called(topic, &answer);
        answer
    }

    fn is_up(&self) -> bool {
        true
    }

    async fn consume(&self, topic: Topic, prefetch: usize, handler: Arc<dyn Handler>) -> Result<Consumer, BusError> {
        consumer::start(&self.queues, topic, prefetch, handler)
    }
}

/// The message was dropped unhandled: the bus was closed over it, or (for a call) nobody could handle it.
fn gone(topic: &Topic) -> BusError {
    BusError::Closed(format!("{} dropped the message", topic.as_str()))
}
