//! Dead letters: what nobody could handle, kept until a person decides.

use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{Channel, Confirmation, Connection};

use super::address::Address;
use super::wire::{self, Kind, Letter, Stamp, broken};
use super::{names, topology};
use crate::bus::{BusError, BusSettings, Envelope, Identity, Sender, Topic};
use crate::model::Timestamp;

const WHY: &str = "arcus-why";
const TOPIC: &str = "arcus-topic";
const AT: &str = "arcus-at";

/// A dead letter as it is published: the message as it was, with why in its headers.
pub(super) fn letter(user: &str, topic: &Topic, message: &Delivery, why: &str) -> Letter {
    let id = message.properties.message_id().as_ref().map_or("", ShortString::as_str);
    let mut headers = FieldTable::default();
    let now = chrono::Utc::now().to_rfc3339();
    for (name, value) in [(WHY, why), (TOPIC, topic.as_str()), (AT, now.as_str())] {
        headers.insert(name.into(), AMQPValue::LongString(value.into()));
    }
    Letter {
        exchange: names::TO_DEAD,
        key: names::DEAD.to_owned(),
        topic: None,
        needs_consumer: false,
        until: None,
        properties: wire::properties(Kind::Dead, user, id).with_headers(headers),
        body: message.data.clone(),
    }
}

/// What a person is shown of a dead letter: nothing of its content, which may hold a token.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    pub id: String,
    pub topic: Topic,
    /// What it wanted done, such as `build`; empty if it cannot be read.
    pub what: String,
    pub request_id: String,
    /// None if whoever buried it did not say it legibly.
    pub at: Option<Timestamp>,
    pub why: String,
}

/// Which dead letters are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    All,
    /// The one whose message has this id.
    Id(String),
}

impl Which {
    fn means(&self, letter: &DeadLetter) -> bool {
        match self {
            Self::All => true,
            Self::Id(id) => letter.id == *id,
        }
    }
}

/// The queue of dead letters, for a person to look through.
pub struct DeadLetters {
    user: String,
    _connection: Connection,
    channel: Channel,
}

impl DeadLetters {
    /// Connects; only control may.
    ///
    /// # Errors
    /// [`BusError::Closed`] with what to do.
    pub async fn open(settings: &BusSettings) -> Result<Self, BusError> {
        let address = Address::read(settings)?;
        let connection = address.connect().await?;
        let channel = connection.create_channel().await.map_err(broken)?;
        topology::prepare(&channel, &Identity::Control).await.map_err(broken)?;
        channel.confirm_select(ConfirmSelectOptions::default()).await.map_err(broken)?;
        Ok(Self { user: address.user().to_owned(), _connection: connection, channel })
    }

    /// All of them, oldest first.
    ///
    /// # Errors
    /// [`BusError::Closed`].
    pub async fn list(self) -> Result<Vec<DeadLetter>, BusError> {
        let letters = self.held().await?.into_iter().map(|(letter, _)| letter).collect();
        self.close().await?;
        Ok(letters)
    }

    /// Publishes them to their topics once more; returns those that were.
    ///
    /// # Errors
    /// [`BusError::Closed`]; [`BusError::Unroutable`] if a topic is gone. Whatever was not published stays.
    pub async fn retry(self, which: &Which) -> Result<Vec<DeadLetter>, BusError> {
        let mut done = Vec::new();
        for (letter, message) in self.held().await? {
            if which.means(&letter) {
                self.publish(&letter, &message).await?;
                message.ack(BasicAckOptions::default()).await.map_err(broken)?;
                done.push(letter);
            }
        }
        self.close().await?;
        Ok(done)
    }

    /// Throws them away; returns those that were.
    ///
    /// # Errors
    /// [`BusError::Closed`].
    pub async fn drop(self, which: &Which) -> Result<Vec<DeadLetter>, BusError> {
        let mut done = Vec::new();
        for (letter, message) in self.held().await? {
            if which.means(&letter) {
                message.ack(BasicAckOptions::default()).await.map_err(broken)?;
                done.push(letter);
            }
        }
        self.close().await?;
        Ok(done)
    }

    /// Every letter that is there now, held until the channel closes: then those that were not acknowledged go back, in
    /// their order.
    async fn held(&self) -> Result<Vec<(DeadLetter, Delivery)>, BusError> {
        let passive = QueueDeclareOptions { passive: true, durable: true, ..QueueDeclareOptions::default() };
        let queue = self.channel.queue_declare(names::DEAD.into(), passive, FieldTable::default()).await;
        let mut held = Vec::new();
        for _ in 0..queue.map_err(broken)?.message_count() {
            let got = self.channel.basic_get(names::DEAD.into(), BasicGetOptions::default()).await.map_err(broken)?;
            let Some(message) = got.map(|got| got.delivery) else { break };
            match read(&message) {
                Ok(letter) => held.push((letter, message)),
                Err(why) => {
                    tracing::warn!(why, user = ?message.properties.user_id(), "no dead letter of ours; thrown away");
                    message.ack(BasicAckOptions::default()).await.map_err(broken)?;
                }
            }
        }
        Ok(held)
    }

    /// So that the broker has heard the acknowledgements before we say that it is done.
    async fn close(&self) -> Result<(), BusError> {
        self.channel.close(200, "done".into()).await.map_err(broken)
    }

    async fn publish(&self, letter: &DeadLetter, message: &Delivery) -> Result<(), BusError> {
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let properties = wire::properties(Kind::Cast, &self.user, &letter.id);
        let exchange = names::exchange(&letter.topic).into();
        let key = letter.topic.as_str().into();
        let sent = self.channel.basic_publish(exchange, key, options, &message.data, properties).await;
        match sent.map_err(broken)?.await.map_err(broken)? {
            Confirmation::Ack(None) => Ok(()),
            Confirmation::Ack(Some(_)) | Confirmation::Nack(Some(_)) => {
                Err(BusError::Unroutable(letter.topic.as_str().to_owned()))
            }
            Confirmation::Nack(None) | Confirmation::NotRequested => {
                Err(BusError::Closed("RabbitMQ did not take the message".to_owned()))
            }
        }
    }
}

/// Reads a dead letter. A host may bury only what was sent to it: else somebody who delivers the letter again would
/// send a captured host's words in the name of control.
fn read(message: &Delivery) -> Result<DeadLetter, String> {
    let stamp = Stamp::of(message)?;
    if stamp.kind != Kind::Dead {
        return Err("it is no dead letter".to_owned());
    }
    let header = |name: &str| match message.properties.headers().as_ref().and_then(|all| all.inner().get(name)) {
        Some(AMQPValue::LongString(text)) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
        _ => String::new(),
    };
    let topic = Topic::from(header(TOPIC));
    if let Sender::Host(host) = &stamp.sender
        && topic.host() != Some(host)
    {
        return Err("it was buried by somebody whom it was not sent to".to_owned());
    }
    let envelope = serde_json::from_slice::<Envelope>(&message.data).ok();
    let what = envelope.as_ref().and_then(|envelope| envelope.payload.get("do")?.as_str().map(str::to_owned));
    Ok(DeadLetter {
        id: message.properties.message_id().as_ref().map_or_else(String::new, ToString::to_string),
        what: what.unwrap_or_default(),
        request_id: envelope.map(|envelope| envelope.request_id).unwrap_or_default(),
        at: header(AT).parse().ok(),
        why: header(WHY),
        topic,
    })
}
