//! A message being handled. Unless it is acknowledged, the broker gives it to somebody again.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use lapin::Channel;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicNackOptions, BasicPublishOptions};
use tracing::Instrument as _;

use super::questions::Answer;
use super::wire::{self, Kind, Stamp};
use super::{Desk, dead, names};
use crate::bus::{BusError, Envelope, Handler, Identity, LATER, MAX_DELIVERIES, Outcome, Topic, meter, trace};
use crate::model::Reason;

/// The wait before the second try; each further one doubles it.
const FIRST_RETRY: Duration = Duration::from_millis(50);
/// How often a message may be given back unfinished. A broken connection does that to good ones, too.
const MAX_RETURNS: u32 = 20;
/// The wait before a message is given back that could not even be buried.
const BURIAL_PAUSE: Duration = Duration::from_secs(1);

pub(super) struct InHand {
    pub desk: Arc<Desk>,
    pub topic: Topic,
    pub handler: Arc<dyn Handler>,
    pub channel: Channel,
    pub delivery: Delivery,
}

impl InHand {
    pub async fn handle(self) {
        let stamp = match Stamp::of(&self.delivery) {
            Ok(stamp) if matches!(stamp.kind, Kind::Cast | Kind::Call) => stamp,
            Ok(_) => return self.refuse("it is neither cast nor call").await,
            Err(why) => return self.refuse(&why).await,
        };
        let read = serde_json::from_slice::<Envelope>(&self.delivery.data);
        let read = read.map_err(|error| BusError::Unreadable(error.to_string()));
        let envelope = match read.and_then(|envelope| envelope.check_version().map(|()| envelope)) {
            Ok(envelope) => Envelope { sender: stamp.sender.clone(), ..envelope },
            Err(error) => return self.give_up(&stamp, error.to_string(), error.into()).await,
        };
        if stamp.returned > MAX_RETURNS {
            let why = "its handlers never finished".to_owned();
            return self.give_up(&stamp, why.clone(), unavailable(why)).await;
        }
        match self.attempt(envelope).await {
            Ok(answer) => self.finish(&stamp, answer).await,
            Err(why) => self.give_up(&stamp, why.clone(), unavailable(why)).await,
        }
    }

    /// Waiting in hand, not in the queue, keeps the order.
    async fn attempt(&self, envelope: Envelope) -> Result<Answer, String> {
        let mut tries = 0;
        loop {
            tries += 1;
            let span = trace::handling(&self.topic, &envelope);
            let handled = AssertUnwindSafe(self.handler.handle(envelope.clone())).catch_unwind().instrument(span).await;
            let why = match handled.unwrap_or_else(|_| Outcome::Retry("its handler broke down".to_owned())) {
                Outcome::Done(answer) => return Ok(answer),
                Outcome::Later(why) => {
                    tracing::warn!(topic = self.topic.as_str(), id = envelope.id, why, "delivering again later");
                    tries -= 1;
                    tokio::time::sleep(LATER).await;
                    continue;
                }
                Outcome::Retry(why) if tries >= MAX_DELIVERIES => return Err(why),
                Outcome::Retry(why) => why,
            };
            meter::redelivered(&self.topic);
            tracing::warn!(topic = self.topic.as_str(), id = envelope.id, tries, why, "delivering again");
            tokio::time::sleep(FIRST_RETRY * 2u32.pow(tries - 1)).await;
        }
    }

    async fn finish(&self, stamp: &Stamp, answer: Answer) {
        if stamp.kind == Kind::Call {
            self.answer(stamp, answer).await;
        }
        self.acknowledge().await;
    }

    /// Nobody will handle it. A question is answered with the reason; anything else is set aside, and leaves the topic
    /// only once it is.
    async fn give_up(&self, stamp: &Stamp, why: String, reason: Reason) {
        if stamp.kind == Kind::Call {
            return self.finish(stamp, Err(reason)).await;
        }
        tracing::error!(topic = self.topic.as_str(), id = ?self.delivery.properties.message_id(), why, "dead letter");
        let letter = dead::letter(self.desk.address.user(), &self.topic, &self.delivery, &why);
        match self.desk.lanes.post(letter).await {
            Ok(()) => {
                meter::buried(&self.topic);
                self.acknowledge().await;
            }
            Err(error) => {
                tracing::error!(%error, topic = self.topic.as_str(), "a dead letter cannot be set aside");
                tokio::time::sleep(BURIAL_PAUSE).await;
                let _ = self.delivery.nack(BasicNackOptions { requeue: true, ..BasicNackOptions::default() }).await;
            }
        }
    }

    /// On the channel of the acknowledgement that follows, so that the broker has the answer before that. One that is
    /// lost all the same ends in the asker's deadline.
    async fn answer(&self, stamp: &Stamp, answer: Answer) {
        let Some(queue) = stamp.reply_queue(&self.delivery) else {
            return tracing::warn!(sender = ?stamp.sender, "a question wants its answer in a queue not the asker's own");
        };
        let body = match serde_json::to_vec(&answer) {
            Ok(body) => body,
            Err(error) => return tracing::error!(%error, "an answer cannot be written"),
        };
        let exchange = match self.desk.address.identity {
            Identity::Control => names::DEFAULT,
            Identity::Host(_) => names::REPLIES,
        };
        let id = uuid::Uuid::now_v7().to_string();
        let mut properties = wire::properties(Kind::Answer, self.desk.address.user(), &id);
        if let Some(number) = self.delivery.properties.correlation_id() {
            properties = properties.with_correlation_id(number.clone());
        }
        let options = BasicPublishOptions::default();
        if let Err(error) = self.channel.basic_publish(exchange.into(), queue.into(), options, &body, properties).await
        {
            tracing::warn!(%error, topic = self.topic.as_str(), "an answer is lost");
        }
    }

    /// It is forged or astray; it leads to nothing, not even to a dead letter that somebody might deliver again.
    async fn refuse(&self, why: &str) {
        tracing::warn!(topic = self.topic.as_str(), why, user = ?self.delivery.properties.user_id(), "message refused");
        self.acknowledge().await;
    }

    async fn acknowledge(&self) {
        if let Err(error) = self.delivery.ack(BasicAckOptions::default()).await {
            tracing::warn!(%error, topic = self.topic.as_str(), "not acknowledged; the message will come again");
        }
    }
}

fn unavailable(why: String) -> Reason {
    Reason::Unavailable { part: "bus".into(), why }
}
