//! News between processes that share a database: what happens in one is heard by the pages of all.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::control::events::News;
use crate::control::shared::Shared;
use crate::control::store::db::{Notice, Notices};
use crate::model::live::Change;
use crate::model::{Error, ProjectId, Result};

/// The wait before the database is asked again after it could not be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends this process' changes to all. What cannot be sent is made up for by saying that something was missed.
pub async fn send(shared: Arc<Shared>, mut changes: UnboundedReceiver<Change>) {
    while let Some(change) = changes.recv().await {
        let sent = async { shared.db.announce(&written(&change)?).await };
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
        // What cannot be read comes from another version of Arcus.
        Notice::News(text) => shared.events.tell(read(&text).map_or(News::Missed, News::Changed)),
        Notice::Gap => {
            shared.outbox.notify_one();
            shared.events.tell(News::Missed);
        }
    }
}

/// A change with who may hear of it, which pages are not told.
fn written(change: &Change) -> Result<String> {
    serde_json::to_string(&(change, &change.project_id)).map_err(Error::internal)
}

fn read(text: &str) -> Option<Change> {
    let (change, project_id): (Change, Option<ProjectId>) = serde_json::from_str(text).ok()?;
    Some(Change { project_id, ..change })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Noun;

    #[test]
    fn who_may_hear_of_a_change_is_known_in_every_process() {
        let of = |project_id| Change { noun: Noun::Instance, id: "x".into(), project_id, version: 3 };
        for change in [of(None), of(Some(ProjectId::from("demo")))] {
            assert_eq!(read(&written(&change).unwrap()), Some(change));
        }
    }

    #[test]
    fn a_change_without_a_word_on_who_may_hear_of_it_is_told_to_nobody() {
        assert_eq!(read(r#"{"noun":"instance","id":"x","version":3}"#), None);
    }
}
