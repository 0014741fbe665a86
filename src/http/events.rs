//! News for open pages, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, interval_at};
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use super::state::AppState;
use crate::control::Ctx;
use crate::control::events::News;
use crate::control::identity::Identity;
use crate::dashboard::server::Caller;
use crate::model::Reason;
use crate::model::live::Change;

/// How often the listener's token is looked at again.
const RECHECK: Duration = Duration::from_secs(60);
/// How often an idle stream says that it lives, so that no proxy closes it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// `GET /events`: what changed, for whoever is signed in, until the token stops being good.
///
/// An event `change` carries `{"noun", "id", "version"}`; an event `missed` says that some were missed. With `since`, how
/// many had been told when the page was made, so that none is missed until it listens.
pub async fn stream(
    State(state): State<AppState>,
    Extension(Caller(ctx)): Extension<Caller>,
    Query(Since { since }): Query<Since>,
) -> Result<impl IntoResponse, Failure> {
    let changes = state.services.events.subscribe();
    let missed = since.is_some_and(|since| since != state.services.events.told());
    let news = Listener {
        changes,
        missed,
        ctx: ctx.ok_or(Reason::NotAuthenticated)?,
        identity: state.services.identity,
        recheck: interval_at(Instant::now() + RECHECK, RECHECK),
        stopping: state.settings.stopping.clone(),
    };
    let events = futures::stream::unfold(news, |mut news| async move {
        let event = news.next().await?;
        Some((Ok::<_, Infallible>(event), news))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

#[derive(Deserialize)]
pub struct Since {
    since: Option<u64>,
}

/// One listener.
struct Listener {
    changes: Receiver<News>,
    /// Whether some are missed that nobody said so of.
    missed: bool,
    ctx: Ctx,
    identity: Identity,
    recheck: Interval,
    stopping: CancellationToken,
}

impl Listener {
    /// The next thing worth telling; none when the stream is over.
    async fn next(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.missed) {
            return Some(missed());
        }
        loop {
            tokio::select! {
                change = self.changes.recv() => match change {
                    Ok(News::Changed(change)) if concerns(&self.ctx, &change) => return told(&change),
                    Ok(News::Changed(_)) => {}
                    Ok(News::Missed) | Err(RecvError::Lagged(_)) => return Some(missed()),
                    Err(RecvError::Closed) => return None,
                },
                _ = self.recheck.tick() => {
                    self.identity.validate(&self.ctx.token).await.ok()?;
                }
                () = self.stopping.cancelled() => return None,
            }
        }
    }
}

/// Browsers drop an event without data.
fn missed() -> Event {
    Event::default().event("missed").data("{}")
}

fn told(change: &Change) -> Option<Event> {
    Event::default().event("change").json_data(change).ok()
}

/// Whether the listener may know of it.
fn concerns(ctx: &Ctx, change: &Change) -> bool {
    ctx.is_admin() || change.project_id.as_ref().is_none_or(|project| *project == ctx.project_id)
}
