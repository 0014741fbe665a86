//! What a message looks like to the broker, and what is believed of one that comes.

use lapin::BasicProperties;
use lapin::message::Delivery;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use tokio::time::Instant;

use crate::bus::{BusError, Sender, Topic};

/// What the broker's own counter of deliveries is called; quorum queues keep it.
const DELIVERIES: &str = "x-delivery-count";
/// What the broker puts on a message that a queue's own rules moved. None of ours moves any, so only somebody's who
/// wants a message of control to appear where control did not send it.
const MOVED: &str = "x-death";

/// What a message is for. Each consumer takes only its own kind, whatever queue a message was led into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Cast,
    Call,
    Answer,
    Dead,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Cast, Self::Call, Self::Answer, Self::Dead];

    fn as_str(self) -> &'static str {
        match self {
            Self::Cast => "cast",
            Self::Call => "call",
            Self::Answer => "answer",
            Self::Dead => "dead",
        }
    }
}

/// A message to publish.
pub(super) struct Letter {
    pub exchange: &'static str,
    pub key: String,
    /// The topic to make first, where that is ours to do.
    pub topic: Option<Topic>,
    /// Whether it makes no sense unless somebody listens right now.
    pub needs_consumer: bool,
    /// When nobody waits for the answer any more.
    pub until: Option<Instant>,
    pub properties: BasicProperties,
    pub body: Vec<u8>,
}

pub(super) fn properties(kind: Kind, user: &str, id: &str) -> BasicProperties {
    const KEPT: u8 = 2;
    BasicProperties::default()
        .with_content_type("application/json".into())
        .with_delivery_mode(KEPT)
        .with_type(kind.as_str().into())
        .with_user_id(user.into())
        .with_message_id(id.into())
}

pub(super) fn question(properties: BasicProperties, number: &str, reply_to: &str) -> BasicProperties {
    properties.with_correlation_id(number.into()).with_reply_to(reply_to.into())
}

/// What is known of a message that came, before its content is looked at.
pub(super) struct Stamp {
    pub kind: Kind,
    pub sender: Sender,
    /// How often it was given back unfinished.
    pub returned: u32,
}

impl Stamp {
    /// # Errors
    /// Why nothing of the message is believed.
    pub fn of(delivery: &Delivery) -> Result<Self, String> {
        let properties = &delivery.properties;
        let headers = properties.headers();
        if headers.as_ref().is_some_and(|headers| headers.contains_key(MOVED)) {
            return Err("a queue's rules led it here".to_owned());
        }
        let user = properties.user_id().as_ref().ok_or("it does not name its sender")?;
        let said = properties.kind().as_ref().map_or("", ShortString::as_str);
        let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == said).ok_or("it does not say what it is for")?;
        let returned = headers.as_ref().map_or(0, returned);
        Ok(Self { kind, sender: Sender::of_user(user.as_str()), returned })
    }

    /// Where the answer to a question goes, if that is the asker's own queue: else somebody would have us write into
    /// another's.
    pub fn reply_queue(&self, delivery: &Delivery) -> Option<String> {
        let queue = delivery.properties.reply_to().as_ref()?.as_str();
        is_reply_queue(queue, &self.sender).then(|| queue.to_owned())
    }
}

/// The name of a reply queue of ours that nobody else has.
pub(super) fn new_reply_queue(sender: &Sender) -> String {
    format!("{}{}", reply_prefix(sender), uuid::Uuid::new_v4().simple())
}

fn is_reply_queue(queue: &str, of: &Sender) -> bool {
    let is_number = |rest: &str| rest.len() == 32 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    queue.strip_prefix(reply_prefix(of).as_str()).is_some_and(is_number)
}

fn reply_prefix(sender: &Sender) -> String {
    match sender {
        Sender::Inside => "reply.control.".to_owned(),
        Sender::Host(host) => format!("reply.host.{host}."),
    }
}

fn returned(headers: &FieldTable) -> u32 {
    let count = headers.inner().iter().find(|(name, _)| name.as_str() == DELIVERIES).map(|(_, count)| match count {
        AMQPValue::ShortShortInt(count) => i64::from(*count),
        AMQPValue::ShortShortUInt(count) => i64::from(*count),
        AMQPValue::ShortInt(count) => i64::from(*count),
        AMQPValue::ShortUInt(count) => i64::from(*count),
        AMQPValue::LongInt(count) => i64::from(*count),
        AMQPValue::LongUInt(count) => i64::from(*count),
        AMQPValue::LongLongInt(count) => *count,
        _ => 0,
    });
    count.and_then(|count| u32::try_from(count).ok()).unwrap_or(0)
}

/// An error of the client library, as the bus says it.
pub(super) fn broken(error: lapin::Error) -> BusError {
    BusError::Closed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_go_to_the_asker_s_own_queue_alone() {
        let host = Sender::Host("a".into());
        assert!(is_reply_queue(&new_reply_queue(&host), &host));
        assert!(is_reply_queue(&new_reply_queue(&Sender::Inside), &Sender::Inside));
        let other = new_reply_queue(&Sender::Host("a.b".into()));
        for queue in [other.as_str(), "compute.a", "scheduler", &new_reply_queue(&Sender::Inside), "reply.host.a."] {
            assert!(!is_reply_queue(queue, &host), "{queue}");
        }
    }
}
