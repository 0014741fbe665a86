//! Publishes. Each topic has its lane, and a lane one message on its way at a time: so a topic's messages keep their
//! order, and it is certain which message the broker returned.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{Channel, Confirmation};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::link::{Link, Live};
use super::topology;
use super::wire::{Letter, broken};
use crate::bus::BusError;

/// How many messages are on their way at once.
const LANES: usize = 8;
/// How long the broker may take to confirm, with all that goes before; it writes to disk before it does.
const CONFIRM_WITHIN: Duration = Duration::from_secs(30);

struct Job {
    letter: Letter,
    receipt: oneshot::Sender<Result<(), BusError>>,
}

/// The way to the broker.
pub(super) struct Lanes {
    jobs: Vec<mpsc::UnboundedSender<Job>>,
    _workers: JoinSet<()>,
}

impl Lanes {
    pub fn open(link: &Link) -> Self {
        let mut workers = JoinSet::new();
        let jobs = (0..LANES).map(|_| {
            let (sender, receiver) = mpsc::unbounded_channel();
            workers.spawn(Lane { link: link.clone(), open: None }.run(receiver));
            sender
        });
        Self { jobs: jobs.collect(), _workers: workers }
    }

    /// Publishes; the future resolves when the broker has the message. It is published also if nobody waits for that.
    pub fn post(&self, letter: Letter) -> impl Future<Output = Result<(), BusError>> + Send + 'static {
        let number = BuildHasherDefault::<DefaultHasher>::new().hash_one(&letter.key) % LANES as u64;
        let (receipt, confirmed) = oneshot::channel();
        // A lane that has ended drops the receipt, which says the same as an error here.
        let _ = self.jobs[number as usize].send(Job { letter, receipt });
        async { confirmed.await.unwrap_or_else(|_| Err(BusError::Closed("it was shut down".to_owned()))) }
    }
}

struct Lane {
    link: Link,
    open: Option<(Live, Channel)>,
}

impl Lane {
    async fn run(mut self, mut jobs: mpsc::UnboundedReceiver<Job>) {
        while let Some(Job { letter, receipt }) = jobs.recv().await {
            let result = tokio::time::timeout(CONFIRM_WITHIN, self.publish(letter)).await.unwrap_or_else(|_| {
                Err(BusError::Closed(format!("RabbitMQ did not confirm within {} s", CONFIRM_WITHIN.as_secs())))
            });
            if !matches!(result, Ok(()) | Err(BusError::Unroutable(_))) {
                // Whatever may still come on that channel is about this message and must not be taken for the next.
                self.open = None;
            }
            let _ = receipt.send(result);
        }
    }

    async fn publish(&mut self, letter: Letter) -> Result<(), BusError> {
        let (live, channel) = self.channel().await?;
        let nobody = || BusError::Unroutable(letter.key.clone());
        if let Some(topic) = &letter.topic
            && (letter.needs_consumer || !live.has_declared(topic))
        {
            let consumers = topology::declare(&channel, topic).await.map_err(broken)?;
            live.note_declared(topic);
            if letter.needs_consumer && consumers == 0 {
                return Err(nobody());
            }
        }
        let properties = match letter.until.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(Duration::ZERO) => return Err(BusError::Closed("it was busy for too long".to_owned())),
            Some(left) => letter.properties.with_expiration(left.as_millis().max(1).to_string().into()),
            None => letter.properties,
        };
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let (exchange, key) = (letter.exchange.into(), letter.key.as_str().into());
        let sent = channel.basic_publish(exchange, key, options, &letter.body, properties).await.map_err(broken)?;
        match sent.await.map_err(broken)? {
            Confirmation::Ack(None) => Ok(()),
            Confirmation::Ack(Some(_)) | Confirmation::Nack(Some(_)) => {
                if let Some(topic) = &letter.topic {
                    live.forget_declared(topic);
                }
                Err(nobody())
            }
            Confirmation::Nack(None) | Confirmation::NotRequested => {
                Err(BusError::Closed("RabbitMQ did not take the message".to_owned()))
            }
        }
    }

    async fn channel(&mut self) -> Result<(Live, Channel), BusError> {
        let live = self.link.now()?;
        if let Some((of, channel)) = &self.open
            && of.is(&live)
            && channel.status().connected()
        {
            return Ok((live, channel.clone()));
        }
        let channel = live.channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await.map_err(broken)?;
        self.open = Some((live.clone(), channel.clone()));
        Ok((live, channel))
    }
}
