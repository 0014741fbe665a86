//! Where messages wait.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::{Notify, oneshot};

use crate::bus::{BusError, Envelope, Topic};
use crate::model::Reason;

/// How many dead letters are kept for reading; older ones make room.
const DEAD_LETTERS_KEPT: usize = 256;

/// A message that was tried as often as allowed and set aside.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    pub topic: Topic,
    pub envelope: Envelope,
    /// What the last try said.
    pub why: String,
}

/// Who waits for a message to be handled, if anybody.
pub(super) enum Receipt {
    Cast(oneshot::Sender<()>),
    Call(oneshot::Sender<Result<Value, Reason>>),
}

/// A message on its way.
pub(super) struct Parcel {
    /// Its place in the order of publishing.
    number: u64,
    bytes: Vec<u8>,
    /// How often a handler was given it.
    pub(super) deliveries: u32,
    pub(super) receipt: Receipt,
}

impl Parcel {
    pub(super) fn new(message: &Envelope, receipt: Receipt) -> Result<Self, BusError> {
        let bytes = serde_json::to_vec(message).map_err(|error| BusError::Unreadable(error.to_string()))?;
        Ok(Self { number: 0, bytes, deliveries: 0, receipt })
    }

    pub(super) fn open(&self) -> Result<Envelope, BusError> {
        serde_json::from_slice(&self.bytes).map_err(|error| BusError::Unreadable(error.to_string()))
    }

    /// Whether somebody waits for its answer.
    pub(super) fn is_question(&self) -> bool {
        matches!(self.receipt, Receipt::Call(_))
    }

    /// Whether the caller has stopped waiting, so that an answer would reach nobody.
    fn is_abandoned(&self) -> bool {
        matches!(&self.receipt, Receipt::Call(answer) if answer.is_closed())
    }
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Parcel>,
    consumers: usize,
    /// One permit a message; a consumer with room waits for it.
    arrived: Arc<Notify>,
}

#[derive(Default)]
struct State {
    closed: bool,
    published: u64,
    topics: HashMap<Topic, Queue>,
    dead: VecDeque<DeadLetter>,
}

/// Every topic's queue.
#[derive(Default)]
pub(super) struct Queues {
    state: Mutex<State>,
}

/// What a consumer finds when it looks into its queue.
pub(super) enum Next {
    Parcel(Parcel),
    Empty,
    Closed,
}

impl Queues {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a new message at the end.
    pub(super) fn push(&self, topic: &Topic, mut parcel: Parcel) -> Result<(), BusError> {
        let mut state = self.state();
        if state.closed {
            return Err(BusError::Closed("it was shut down".to_owned()));
        }
        state.published += 1;
        parcel.number = state.published;
        let queue = state.topics.entry(topic.clone()).or_default();
        queue.waiting.push_back(parcel);
        queue.arrived.notify_one();
        Ok(())
    }

    /// Puts an unfinished message back where it was.
    pub(super) fn put_back(&self, topic: &Topic, parcel: Parcel) {
        let mut state = self.state();
        if state.closed {
            return;
        }
        let queue = state.topics.entry(topic.clone()).or_default();
        let place = queue.waiting.partition_point(|other| other.number < parcel.number);
        queue.waiting.insert(place, parcel);
        queue.arrived.notify_one();
    }

    pub(super) fn take(&self, topic: &Topic) -> Next {
        let mut state = self.state();
        if state.closed {
            return Next::Closed;
        }
        let waiting = state.topics.get_mut(topic).map(|queue| &mut queue.waiting);
        let next = waiting.and_then(|waiting| {
            while waiting.front().is_some_and(Parcel::is_abandoned) {
                waiting.pop_front();
            }
            waiting.pop_front()
        });
        next.map_or(Next::Empty, Next::Parcel)
    }

    pub(super) fn bury(&self, topic: &Topic, envelope: Envelope, why: String) {
        tracing::error!(topic = topic.as_str(), id = envelope.id, request_id = envelope.request_id, why, "dead letter");
        let mut state = self.state();
        if state.dead.len() == DEAD_LETTERS_KEPT {
            state.dead.pop_front();
        }
        state.dead.push_back(DeadLetter { topic: topic.clone(), envelope, why });
    }

    pub(super) fn dead_letters(&self) -> Vec<DeadLetter> {
        self.state().dead.iter().cloned().collect()
    }

    pub(super) fn has_consumer(&self, topic: &Topic) -> bool {
        self.state().topics.get(topic).is_some_and(|queue| queue.consumers > 0)
    }

    /// Counts a consumer in and hands it the topic's bell.
    pub(super) fn enter(&self, topic: &Topic) -> Result<Arc<Notify>, BusError> {
        let mut state = self.state();
        if state.closed {
            return Err(BusError::Closed("it was shut down".to_owned()));
        }
        let queue = state.topics.entry(topic.clone()).or_default();
        queue.consumers += 1;
        Ok(queue.arrived.clone())
    }

    pub(super) fn leave(&self, topic: &Topic) {
        if let Some(queue) = self.state().topics.get_mut(topic) {
            queue.consumers -= 1;
        }
    }

    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        for queue in state.topics.values_mut() {
            queue.waiting.clear();
            queue.arrived.notify_waiters();
        }
    }
}
