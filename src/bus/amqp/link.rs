//! Keeps the one connection to the broker, for ever.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::options::BasicConsumeOptions;
use lapin::types::FieldTable;
use lapin::{Channel, Connection, Consumer};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use super::address::{Address, Refused};
use super::backoff::Backoff;
use super::questions::Questions;
use super::{topology, wire};
use crate::bus::{BusError, Identity, Sender, Topic};

/// How long the first connection is tried for: the broker may be starting, too.
const FIRST_WITHIN: Duration = Duration::from_secs(30);
/// How long the broker may take to make what is missing of exchanges and queues.
const PREPARED_WITHIN: Duration = Duration::from_secs(30);

/// A connection that stands, as far as is known.
#[derive(Clone)]
pub(super) struct Live {
    connection: Arc<Connection>,
    /// Where answers reach us; it lives as long as the connection.
    pub reply_to: Arc<str>,
    /// The topics that were made since it stands.
    declared: Arc<Mutex<HashSet<Topic>>>,
}

impl Live {
    pub async fn channel(&self) -> Result<Channel, BusError> {
        self.connection.create_channel().await.map_err(wire::broken)
    }

    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.connection, &other.connection)
    }

    pub fn has_declared(&self, topic: &Topic) -> bool {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner).contains(topic)
    }

    pub fn note_declared(&self, topic: &Topic) {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner).insert(topic.clone());
    }

    pub fn forget_declared(&self, topic: &Topic) {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner).remove(topic);
    }
}

/// Whoever needs the connection asks here.
#[derive(Clone)]
pub(super) struct Link(watch::Receiver<Option<Live>>);

impl Link {
    /// The connection, if it stands.
    ///
    /// # Errors
    /// [`BusError::Closed`] while it does not.
    pub fn now(&self) -> Result<Live, BusError> {
        self.0.borrow().clone().ok_or_else(|| BusError::Closed("RabbitMQ is out of reach".to_owned()))
    }

    /// The connection, as soon as it stands.
    ///
    /// # Errors
    /// [`BusError::Closed`] when it never will again.
    pub async fn up(&self) -> Result<Live, BusError> {
        let mut live = self.0.clone();
        let shut = |_| BusError::Closed("it was shut down".to_owned());
        let standing = live.wait_for(Option::is_some).await.map_err(shut)?;
        standing.clone().ok_or_else(|| BusError::Closed("it was shut down".to_owned()))
    }
}

/// Connects, and starts what connects again for as long as the handle is held.
///
/// # Errors
/// When the broker is not reached in time or does not let us in.
pub(super) async fn open(
    address: Address,
    questions: Arc<Questions>,
) -> Result<(Link, AbortOnDropHandle<()>), BusError> {
    let until = Instant::now() + FIRST_WITHIN;
    let mut backoff = Backoff::new();
    let first = loop {
        match Standing::open(&address).await {
            Ok(standing) => break standing,
            Err(refused) if refused.for_good || Instant::now() + backoff.next() > until => return Err(refused.into()),
            Err(refused) => {
                tracing::warn!(why = refused.why, "waiting for RabbitMQ");
                backoff.pause().await;
            }
        }
    };
    let (sender, receiver) = watch::channel(Some(first.live.clone()));
    let keeper = AbortOnDropHandle::new(tokio::spawn(keep(address, questions, first, sender)));
    Ok((Link(receiver), keeper))
}

async fn keep(address: Address, questions: Arc<Questions>, mut standing: Standing, link: watch::Sender<Option<Live>>) {
    loop {
        // The stream of answers ends with its connection.
        let why = questions.hear(&mut standing.answers).await;
        link.send_replace(None);
        tracing::warn!(why, "the connection to RabbitMQ is lost; connecting again");
        questions.fail(&why);
        drop(standing);
        standing = reopen(&address).await;
        tracing::info!("connected to RabbitMQ again");
        link.send_replace(Some(standing.live.clone()));
    }
}

async fn reopen(address: &Address) -> Standing {
    let mut backoff = Backoff::new();
    loop {
        match Standing::open(address).await {
            Ok(standing) => return standing,
            Err(refused) => tracing::warn!(why = refused.why, "no connection to RabbitMQ"),
        }
        backoff.pause().await;
    }
}

/// A connection with its reply queue.
struct Standing {
    live: Live,
    answers: Consumer,
}

impl Standing {
    async fn open(address: &Address) -> Result<Self, Refused> {
        let connection = Arc::new(address.connect().await?);
        let us = match &address.identity {
            Identity::Control => Sender::Inside,
            Identity::Host(host) => Sender::Host(host.clone()),
        };
        let reply_to: Arc<str> = wire::new_reply_queue(&us).into();
        let prepared = async {
            let channel = connection.create_channel().await?;
            topology::prepare(&channel, &address.identity).await?;
            topology::reply_queue(&channel, &reply_to, &address.identity).await?;
            let options = BasicConsumeOptions { no_ack: true, exclusive: true, ..BasicConsumeOptions::default() };
            channel.basic_consume((&*reply_to).into(), "answers".into(), options, FieldTable::default()).await
        };
        let refused = |why: &dyn std::fmt::Display| Refused {
            why: format!("RabbitMQ does not let {:?} prepare its queues: {why}", address.user()),
            for_good: false,
        };
        let answers = match tokio::time::timeout(PREPARED_WITHIN, prepared).await {
            Ok(prepared) => prepared.map_err(|error| refused(&error))?,
            Err(_) => return Err(refused(&format!("no answer within {} s", PREPARED_WITHIN.as_secs()))),
        };
        Ok(Self { live: Live { connection, reply_to, declared: Arc::default() }, answers })
    }
}
