//! The bus over RabbitMQ.
//!
//! Control makes exchanges and queues (`names.rs`, `topology.rs`). A topic's queue is a quorum queue, which survives
//! the broker's end and gives an unfinished message back to its head. One connection a process: `link.rs` keeps it,
//! `lanes.rs` publishes and sees to it that the broker has what it was given, `questions.rs` waits for answers, and
//! `consumer.rs` hands messages to handlers and acknowledges them when they have finished.
//!
//! A captured host can do little. Its user may consume from its own queues, and publish questions, answers and dead
//! letters; the broker lets nobody name another sender than itself (`user-id`), and nothing counts here without one.

mod address;
mod backoff;
mod consumer;
mod dead;
mod in_hand;
mod lanes;
mod link;
#[cfg(feature = "ssr")]
mod management;
mod names;
mod questions;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod testing;
mod topology;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use self::address::Address;
pub use self::dead::{DeadLetter, DeadLetters, Which};
use self::lanes::Lanes;
use self::link::Link;
#[cfg(feature = "ssr")]
pub use self::management::{Management, QueueState};
pub use self::names::{Permissions, is_host_name, topics_of};
use self::questions::Questions;
use self::wire::{Kind, Letter};
use super::{Bus, BusError, BusSettings, Confirmation, Consumer, Envelope, Handler, Identity, Sender, Topic, meter};

/// A bus between processes and machines. Once it is dropped, a lost connection is not made again.
pub struct AmqpBus {
    desk: Arc<Desk>,
    _keeper: AbortOnDropHandle<()>,
}

/// What everything on this bus shares.
struct Desk {
    address: Address,
    link: Link,
    lanes: Lanes,
    questions: Arc<Questions>,
}

impl AmqpBus {
    /// Connects, and from then on comes back by itself.
    ///
    /// # Errors
    /// [`BusError::Closed`] with what to do, when the broker is not reached within half a minute or does not let us in.
    pub async fn connect(settings: &BusSettings) -> Result<Self, BusError> {
        let address = Address::read(settings)?;
        let questions = Arc::new(Questions::default());
        let (link, keeper) = link::open(address.clone(), questions.clone()).await?;
        let lanes = Lanes::open(&link);
        Ok(Self { desk: Arc::new(Desk { address, link, lanes, questions }), _keeper: keeper })
    }

    /// Makes a host's queues, so that its user finds them; those that are there stay.
    ///
    /// # Errors
    /// [`BusError::Closed`].
    pub async fn declare_host(&self, host: &str) -> Result<(), BusError> {
        let channel = self.desk.link.up().await?.channel().await?;
        for topic in topics_of(host) {
            topology::declare(&channel, &topic).await.map_err(wire::broken)?;
        }
        Ok(())
    }

    /// Takes a host's queues away, with what waits in them.
    ///
    /// # Errors
    /// [`BusError::Closed`].
    pub async fn remove_host(&self, host: &str) -> Result<(), BusError> {
        let channel = self.desk.link.up().await?.channel().await?;
        for topic in topics_of(host) {
            topology::remove(&channel, &topic).await.map_err(wire::broken)?;
        }
        Ok(())
    }
}

impl Desk {
    /// The topic that must be there before something is published to it; control makes hosts' topics when it first
    /// speaks to them, and a host makes none.
    fn to_declare(&self, topic: &Topic) -> Option<Topic> {
        (self.address.identity == Identity::Control && topic.host().is_some()).then(|| topic.clone())
    }

    fn letter(&self, kind: Kind, topic: &Topic, message: &Envelope) -> Result<Letter, BusError> {
        let body = serde_json::to_vec(message).map_err(|error| BusError::Unreadable(error.to_string()))?;
        let properties = wire::properties(kind, self.address.user(), &message.id);
        Ok(Letter {
            exchange: names::exchange(topic),
            key: topic.as_str().to_owned(),
            topic: self.to_declare(topic),
            needs_consumer: false,
            until: None,
            properties,
            body,
        })
    }
}

#[async_trait]
impl Bus for AmqpBus {
    async fn cast(&self, topic: &Topic, message: Envelope) -> Result<Confirmation, BusError> {
        let letter = self.desk.letter(Kind::Cast, topic, &message)?;
        meter::cast(topic);
        Ok(self.desk.lanes.post(letter).boxed())
    }

    async fn call(&self, topic: &Topic, message: Envelope, within: Duration) -> Result<serde_json::Value, BusError> {
        let until = Instant::now() + within;
        let answered = async {
            let live = self.desk.link.up().await?;
            let answerer = topic.host().map_or(Sender::Inside, |host| Sender::Host(host.to_owned()));
            let question = self.desk.questions.ask(answerer);
            let mut letter = self.desk.letter(Kind::Call, topic, &message)?;
            letter.needs_consumer = letter.topic.is_some();
            letter.until = Some(until);
            letter.properties = wire::question(letter.properties, question.number(), &live.reply_to);
            self.desk.lanes.post(letter).await?;
            question.answer().await
        };
        let answer = tokio::time::timeout_at(until, answered).await.unwrap_or_else(|_| {
            Err(BusError::Timeout { topic: topic.as_str().to_owned(), seconds: within.as_secs_f64().ceil() as u64 })
        });
        meter::called(topic, &answer);
        answer
    }

    fn is_up(&self) -> bool {
        self.desk.link.now().is_ok()
    }

    async fn consume(&self, topic: Topic, prefetch: usize, handler: Arc<dyn Handler>) -> Result<Consumer, BusError> {
        consumer::start(&self.desk, topic, prefetch, handler).await
    }
}
