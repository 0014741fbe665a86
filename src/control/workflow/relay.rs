//! Publishes what waits in the outbox, and keeps each row until its message has been handled.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};

use crate::bus::{BusError, Topic};
use crate::control::shared::Shared;
use crate::control::store::outbox;
use crate::model::Result;

/// How often the outbox is read without having been told of news.
const SWEEP_EVERY: Duration = Duration::from_secs(5);
/// How many rows are read at once.
const CHUNK: u32 = 256;

/// Runs until it is dropped. What an earlier process left is published first.
pub async fn run(shared: Arc<Shared>) {
    let mut relay = Relay::new(shared.clone());
    let mut sweep = tokio::time::interval(SWEEP_EVERY);
    loop {
        let result = tokio::select! {
            () = shared.outbox.notified() => relay.publish().await,
            _ = sweep.tick() => relay.sweep().await,
            Some((row, result)) = relay.confirmations.next() => relay.confirmed(row, result).await,
        };
        if let Err(error) = result {
            // The next sweep tries again.
            tracing::warn!(%error, cause = ?std::error::Error::source(&error), "the outbox is held up");
        }
    }
}

type Confirmed = (i64, Result<(), BusError>);

struct Relay {
    shared: Arc<Shared>,
    /// The last row that was published.
    published: i64,
    /// Rows whose messages are on the bus.
    in_flight: HashSet<i64>,
    confirmations: FuturesUnordered<BoxFuture<'static, Confirmed>>,
    /// Rows that were delivered and are still to be deleted.
    delivered: Vec<i64>,
}

impl Relay {
    fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            published: 0,
            in_flight: HashSet::new(),
            confirmations: FuturesUnordered::new(),
            delivered: Vec::new(),
        }
    }

    async fn publish(&mut self) -> Result<()> {
        loop {
            let rows = outbox::after(self.shared.db.read(), self.published, CHUNK).await?;
            let is_last = rows.len() < CHUNK as usize;
            for row in rows {
                self.published = row.seq;
                if self.in_flight.contains(&row.seq) {
                    continue;
                }
                let topic = Topic::from(row.topic);
                let confirmation = self.shared.bus.cast(&topic, row.envelope).await?;
                self.in_flight.insert(row.seq);
                self.confirmations.push(confirmation.map(move |result| (row.seq, result)).boxed());
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// Looks at every row again: whatever is not on the bus was refused by it before.
    async fn sweep(&mut self) -> Result<()> {
        self.clear().await?;
        self.published = 0;
        self.publish().await
    }

    async fn confirmed(&mut self, row: i64, result: Result<(), BusError>) -> Result<()> {
        let mut confirmed = Some((row, result));
        while let Some((row, result)) = confirmed {
            match result {
                Ok(()) => self.delivered.push(row),
                Err(error) => {
                    tracing::warn!(%error, row, "publishing again later");
                    self.in_flight.remove(&row);
                }
            }
            confirmed = self.confirmations.next().now_or_never().flatten();
        }
        self.clear().await
    }

    /// Deletes the rows that were delivered.
    async fn clear(&mut self) -> Result<()> {
        if self.delivered.is_empty() {
            return Ok(());
        }
        let mut tx = self.shared.db.write().await?;
        outbox::delete(&mut tx, &self.delivered).await?;
        tx.commit().await?;
        for row in self.delivered.drain(..) {
            self.in_flight.remove(&row);
        }
        Ok(())
    }
}
