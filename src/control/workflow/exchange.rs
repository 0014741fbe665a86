//! News between processes that share a database: what happens in one is heard by the pages of all.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::control::events::News;
use crate::control::shared::Shared;
use crate::control::store::db::{Notice, Notices};
use crate::model::live::Change;
use crate::model::{Error, Result};

/// The wait before the database is asked again after it could not be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends this process' changes to all. What cannot be sent is made up for by saying that something was missed.
pub async fn send(shared: Arc<Shared>, mut changes: UnboundedReceiver<Change>) {
    while let Some(change) = changes.recv().await {
        let sent = async {
            let text = serde_json::to_string(&change).map_err(Error::internal)?;
            shared.db.announce(&text).await
        };
        if let Err(error) = sent.await {
            tracing::warn!(%error, "could not tell the other processes of a change");
            shared.events.tell(News::Missed);
        }
    }
}

/// Hears what any process says, for ever.
pub async fn listen(shared: Arc<Shared>) {
    loop {
        match shared.db.notices().await {
            Ok(Some(notices)) => {
                // Until now nobody listened.
                hear(&shared, Notice::Gap);
                let Err(error) = hear_all(&shared, notices).await;
                tracing::warn!(%error, "listening for the other processes again");
            }
            Ok(None) => return,
            Err(error) => tracing::warn!(%error, "cannot listen for the other processes"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn hear_all(shared: &Shared, mut notices: Notices) -> Result<std::convert::Infallible> {
    loop {
        hear(shared, notices.next().await?);
    }
}

fn hear(shared: &Shared, notice: Notice) {
    match notice {
        Notice::Outbox => shared.outbox.notify_one(),
        Notice::News(text) => match serde_json::from_str(&text) {
            Ok(change) => shared.events.tell(News::Changed(change)),
            // From another version of Arcus.
            Err(_) => shared.events.tell(News::Missed),
        },
        Notice::Gap => {
            shared.outbox.notify_one();
            shared.events.tell(News::Missed);
        }
    }
}
