//! News for open pages, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, interval_at};
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use super::state::AppState;
use crate::control::Ctx;
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
/// An event `change` carries `{"noun", "id", "version"}`; an event `missed` says that some were missed.
pub async fn stream(
    State(state): State<AppState>,
    Extension(Caller(ctx)): Extension<Caller>,
) -> Result<impl IntoResponse, Failure> {
    let news = News {
        changes: state.services.events.subscribe(),
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

/// One listener.
struct News {
    changes: Receiver<Change>,
    ctx: Ctx,
    identity: Identity,
    recheck: Interval,
    stopping: CancellationToken,
}

impl News {
    /// The next thing worth telling; none when the stream is over.
    async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                change = self.changes.recv() => match change {
                    Ok(change) if concerns(&self.ctx, &change) => return told(&change),
                    Ok(_) => {}
                    // Browsers drop an event without data.
                    Err(RecvError::Lagged(_)) => return Some(Event::default().event("missed").data("{}")),
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

fn told(change: &Change) -> Option<Event> {
    Event::default().event("change").json_data(change).ok()
}

/// Whether the listener may know of it.
fn concerns(ctx: &Ctx, change: &Change) -> bool {
    ctx.is_admin() || change.project_id.as_ref().is_none_or(|project| *project == ctx.project_id)
}
