//! Messages between control and agents.
//!
//! Two implementations keep one contract: [`memory`] inside one process, and RabbitMQ between several. Both carry
//! bytes, so nobody can hand a live object across by accident. Delivery is at least once and in order per topic;
//! a message counts as delivered when its handler has finished.

pub mod amqp;
mod connect;
pub mod contract;
#[cfg(test)]
mod contract_tests;
pub mod memory;
pub mod meter;
mod sender;
pub mod trace;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};

pub use self::connect::{BusSettings, Identity, connect};
pub use self::sender::Sender;
use crate::model::{Kind, Reason};

/// Where a message goes: `scheduler`, `conductor`, `compute.<host>`, `network.<host>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(String);

impl Topic {
    /// The schedulers' common topic.
    pub fn scheduler() -> Self {
        Self("scheduler".into())
    }
    /// The conductors' common topic.
    pub fn conductor() -> Self {
        Self("conductor".into())
    }
    /// One compute host's own topic.
    pub fn compute(host: &str) -> Self {
        Self(format!("compute.{host}"))
    }
    /// One host's topic for network news.
    pub fn network(host: &str) -> Self {
        Self(format!("network.{host}"))
    }
    /// The host whose own topic this is; none for those of control.
    pub fn host(&self) -> Option<&str> {
        self.0.strip_prefix("compute.").or_else(|| self.0.strip_prefix("network."))
    }
    /// The kind of topic, whichever host's it is.
    pub fn kind(&self) -> &'static str {
        match self.0.split('.').next() {
            Some("scheduler") => "scheduler",
            Some("conductor") => "conductor",
            Some("compute") => "compute",
            Some("network") => "network",
            _ => "other",
        }
    }
    /// The topic's name on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Topic {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// What travels: a version, the kind of payload, and JSON bytes.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Envelope {
    /// Unique per message; consumers that are not idempotent by nature remember it.
    pub id: String,
    /// Version of the contract; a consumer refuses one that it does not know.
    pub version: u16,
    /// The request on whose behalf it travels.
    pub request_id: String,
    /// The trace that it belongs to, as W3C's `traceparent`; consumers that do not know it ignore it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// The message itself.
    pub payload: serde_json::Value,
    /// Who sent it, as the bus knows and not as the message says.
    #[serde(skip)]
    pub sender: Sender,
}

/// The version of the messages in [`contract`].
pub const CONTRACT_VERSION: u16 = 2;

impl Envelope {
    /// Wraps a message of the contract.
    pub fn new(request_id: &str, payload: &impl Serialize) -> Self {
        Self {
            id: uuid::Uuid::now_v7().to_string(),
            version: CONTRACT_VERSION,
            request_id: request_id.to_owned(),
            trace: trace::current(),
            payload: serde_json::to_value(payload).expect("contract messages are plain data"),
            sender: Sender::Inside,
        }
    }

    /// Reads the message back.
    ///
    /// # Errors
    /// [`BusError::Unreadable`] for an unknown version or a payload of another shape.
    pub fn open<T: DeserializeOwned>(&self) -> Result<T, BusError> {
        self.check_version()?;
        serde_json::from_value(self.payload.clone()).map_err(|error| BusError::Unreadable(error.to_string()))
    }

    /// # Errors
    /// [`BusError::Unreadable`] for a version that no handler here knows.
    pub(crate) fn check_version(&self) -> Result<(), BusError> {
        if self.version == CONTRACT_VERSION {
            return Ok(());
        }
        Err(BusError::Unreadable(format!("contract version {} is not known here", self.version)))
    }
}

/// What can go wrong on the bus.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BusError {
    /// Nobody consumes the topic.
    #[error("nobody listens on {0}")]
    Unroutable(String),
    /// No answer before the deadline.
    #[error("{topic} did not answer within {seconds} s")]
    Timeout { topic: String, seconds: u64 },
    /// The message could not be read.
    #[error("unreadable message: {0}")]
    Unreadable(String),
    /// The bus is shut down or out of reach.
    #[error("the bus is closed: {0}")]
    Closed(String),
    /// The other side answered with a refusal.
    #[error("{0}")]
    Refused(Reason),
}

impl From<BusError> for Reason {
    fn from(error: BusError) -> Self {
        match error {
            BusError::Refused(reason) => reason,
            BusError::Timeout { topic, seconds } => Reason::Timeout { what: topic, seconds },
            other => Reason::Unavailable { part: "bus".into(), why: other.to_string() },
        }
    }
}

impl From<BusError> for crate::model::Error {
    fn from(error: BusError) -> Self {
        Reason::from(error).into()
    }
}

/// A handler's verdict on a message.
#[derive(Debug)]
pub enum Outcome {
    /// Done; for a call, with this answer (JSON) or this refusal.
    Done(Result<serde_json::Value, Reason>),
    /// Not now: deliver it again later. After [`MAX_DELIVERIES`] it becomes a dead letter.
    Retry(String),
    /// Something that the handler needs is away, such as the database: deliver it again for as long as that takes. Not
    /// for questions, whose askers do not wait.
    Later(String),
}

impl Outcome {
    /// What to do with a message that failed for this reason: an outage says nothing against the message.
    pub fn after(reason: &Reason, why: String) -> Self {
        if reason.kind() == Kind::Unavailable { Self::Later(why) } else { Self::Retry(why) }
    }
}

/// The wait after [`Outcome::Later`].
pub(crate) const LATER: Duration = Duration::from_secs(1);

/// How often a message is tried before it is set aside as a dead letter.
pub const MAX_DELIVERIES: u32 = 5;

/// Consumes messages of one topic.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Handles one message; its return is the acknowledgement.
    async fn handle(&self, message: Envelope) -> Outcome;
}

/// Resolves when a published message is safe: in process when its handler has finished, over AMQP when the broker
/// has confirmed it. Until then whoever published keeps it.
pub type Confirmation = BoxFuture<'static, Result<(), BusError>>;

/// The bus, whichever kind it is.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Publishes a message; the future inside resolves when it is safe.
    ///
    /// # Errors
    /// [`BusError::Closed`] when the bus itself is gone.
    async fn cast(&self, topic: &Topic, message: Envelope) -> Result<Confirmation, BusError>;

    /// Asks and waits for the answer. A question to control waits for a consumer, as those come back; one to a host
    /// that does not listen is [`BusError::Unroutable`] at once.
    ///
    /// # Errors
    /// [`BusError::Unroutable`], [`BusError::Timeout`], or [`BusError::Refused`] with the other side's reason.
    async fn call(&self, topic: &Topic, message: Envelope, within: Duration) -> Result<serde_json::Value, BusError>;

    /// Whether messages can travel now, as far as is known.
    fn is_up(&self) -> bool;

    /// Starts consuming a topic with at most `prefetch` messages in hand at once; several consumers of one topic
    /// compete. With a prefetch of one, messages are handled strictly in order.
    ///
    /// # Errors
    /// [`BusError::Closed`].
    async fn consume(&self, topic: Topic, prefetch: usize, handler: Arc<dyn Handler>) -> Result<Consumer, BusError>;
}

/// Keeps a consumer running; dropping it stops the consumer, and its unfinished messages go to another.
pub struct Consumer(#[allow(dead_code, reason = "held for its Drop")] pub(crate) Box<dyn std::any::Any + Send + Sync>);

/// A call with typed question and answer.
///
/// # Errors
/// As [`Bus::call`]; [`BusError::Unreadable`] when the answer has another shape.
pub async fn ask<A: DeserializeOwned>(
    bus: &dyn Bus,
    topic: &Topic,
    request_id: &str,
    question: &impl Serialize,
    within: Duration,
) -> Result<A, BusError> {
    let answer = bus.call(topic, Envelope::new(request_id, question), within).await?;
    serde_json::from_value(answer).map_err(|error| BusError::Unreadable(error.to_string()))
}

/// An answer for [`Outcome::Done`].
pub fn answer(value: &impl Serialize) -> Outcome {
    match serde_json::to_value(value) {
        Ok(value) => Outcome::Done(Ok(value)),
        Err(error) => Outcome::Retry(error.to_string()),
    }
}
