//! Hands a topic's messages to a handler.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::queue::{Next, Parcel, Queues, Receipt};
use crate::bus::{BusError, Consumer, Envelope, Handler, LATER, MAX_DELIVERIES, Outcome, Topic, meter, trace};

/// The wait before the second delivery; each further one doubles it.
const FIRST_RETRY: Duration = Duration::from_millis(50);

pub(super) fn start(
    queues: &Arc<Queues>,
    topic: Topic,
    prefetch: usize,
    handler: Arc<dyn Handler>,
) -> Result<Consumer, BusError> {
    let arrived = queues.enter(&topic)?;
    let presence = Presence { queues: queues.clone(), topic: topic.clone() };
    let worker = Worker { queues: queues.clone(), topic, handler };
    let task = AbortOnDropHandle::new(tokio::spawn(worker.run(prefetch.max(1), arrived)));
    Ok(Consumer(Box::new((presence, task))))
}

/// Counts the consumer out the moment it is dropped, so that calls know at once that nobody listens.
struct Presence {
    queues: Arc<Queues>,
    topic: Topic,
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.queues.leave(&self.topic);
    }
}

#[derive(Clone)]
struct Worker {
    queues: Arc<Queues>,
    topic: Topic,
    handler: Arc<dyn Handler>,
}

impl Worker {
    async fn run(self, prefetch: usize, arrived: Arc<Notify>) {
        let slots = Arc::new(Semaphore::new(prefetch));
        let mut at_work = JoinSet::new();
        while let Ok(slot) = slots.clone().acquire_owned().await {
            let Some(parcel) = self.next(&arrived).await else { break };
            while at_work.try_join_next().is_some() {}
            let in_hand = InHand { worker: self.clone(), parcel: Some(parcel) };
            at_work.spawn(async move {
                in_hand.handle().await;
                drop(slot);
            });
        }
        while at_work.join_next().await.is_some() {}
    }

    async fn next(&self, arrived: &Notify) -> Option<Parcel> {
        loop {
            // Registered before looking, so that a close in between is not missed.
            let mut bell = std::pin::pin!(arrived.notified());
            bell.as_mut().enable();
            match self.queues.take(&self.topic) {
                Next::Parcel(parcel) => return Some(parcel),
                Next::Closed => return None,
                Next::Empty => bell.await,
            }
        }
    }
}

/// A message being handled. Dropped unfinished (its consumer is gone, or the handler panicked), it goes back.
struct InHand {
    worker: Worker,
    parcel: Option<Parcel>,
}

impl InHand {
    async fn handle(mut self) {
        let Some(envelope) = self.envelope() else { return };
        loop {
            let Some(parcel) = self.parcel.as_mut() else { return };
            parcel.deliveries += 1;
            let tries = parcel.deliveries;
            let span = trace::handling(&self.worker.topic, &envelope);
            match self.worker.handler.handle(envelope.clone()).instrument(span).await {
                Outcome::Done(result) => return self.finish(result),
                Outcome::Later(why) => {
                    tracing::warn!(topic = self.worker.topic.as_str(), id = envelope.id, why, "delivering again later");
                    parcel.deliveries -= 1;
                    tokio::time::sleep(LATER).await;
                }
                Outcome::Retry(why) if tries >= MAX_DELIVERIES => return self.bury(envelope, why),
                Outcome::Retry(why) => {
                    meter::redelivered(&self.worker.topic);
                    tracing::warn!(
                        topic = self.worker.topic.as_str(),
                        id = envelope.id,
                        tries,
                        why,
                        "delivering again"
                    );
                    // Waiting in hand, not in the queue, keeps the order.
                    tokio::time::sleep(FIRST_RETRY * 2u32.pow(tries - 1)).await;
                }
            }
        }
    }

    /// The message, or none if this is not the time or way to deliver it.
    fn envelope(&mut self) -> Option<Envelope> {
        let parcel = self.parcel.as_ref()?;
        let worn_out = parcel.deliveries >= MAX_DELIVERIES;
        match parcel.open() {
            Ok(envelope) if worn_out => {
                self.bury(envelope, "its handlers never finished".to_owned());
                None
            }
            Ok(envelope) => match envelope.check_version() {
                Ok(()) => Some(envelope),
                Err(error) if parcel.is_question() => {
                    self.finish(Err(error.into()));
                    None
                }
                Err(error) => {
                    self.bury(envelope, error.to_string());
                    None
                }
            },
            Err(error) => {
                tracing::error!(topic = self.worker.topic.as_str(), %error, "dropping a message");
                self.parcel = None;
                None
            }
        }
    }

    fn finish(&mut self, result: Result<serde_json::Value, crate::model::Reason>) {
        // Whoever asked may have stopped waiting; that is theirs to decide.
        match self.parcel.take().map(|parcel| parcel.receipt) {
            Some(Receipt::Cast(receipt)) => {
                let _ = receipt.send(());
            }
            Some(Receipt::Call(receipt)) => {
                let _ = receipt.send(result);
            }
            None => {}
        }
    }

    /// A dead letter is kept by the bus, so whoever cast it need not keep it any longer.
    fn bury(&mut self, envelope: Envelope, why: String) {
        meter::buried(&self.worker.topic);
        self.worker.queues.bury(&self.worker.topic, envelope, why);
        if let Some(Receipt::Cast(receipt)) = self.parcel.take().map(|parcel| parcel.receipt) {
            let _ = receipt.send(());
        }
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        if let Some(parcel) = self.parcel.take() {
            self.worker.queues.put_back(&self.worker.topic, parcel);
        }
    }
}
