//! The way from a browser to a guest's screen: a WebSocket on one side, the agent's door on the other.

mod guest;

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Query, Request, State};
use axum::handler::Handler as _;
use axum::http::header::{CONNECTION, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::time::{Instant, interval_at};
use tokio_util::bytes::BytesMut;

use self::guest::{Guest, connect};
use super::failure::Failure;
use super::origin;
use super::state::AppState;
use crate::model::{Kind, Reason};

/// The most bytes of one frame towards the browser.
const FRAME: usize = 64 * 1024;
/// The most bytes of one message from the browser: key strokes, and pasted text.
const MAX_MESSAGE: usize = 1024 * 1024;
/// How often a silent browser is asked whether it is still there.
const PING: Duration = Duration::from_secs(30);

/// The query of a console's address. No `Debug`: the ticket must not reach a log.
#[derive(Deserialize)]
pub struct Ticket {
    token: String,
}

/// `GET /?token=…` with an upgrade is the same: noVNC's clients make that of the address `/vnc_auto.html?path=%3Ftoken%3D…`.
pub async fn at_the_root(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let upgrade = request.headers().get(UPGRADE);
    let upgrades = upgrade.is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
    if upgrades && request.uri().path() == "/" { socket.call(request, state).await } else { next.run(request).await }
}

/// `GET /console/ws?token=…`: uses a ticket up and joins browser and guest.
///
/// # Errors
/// 403 for a page of another site, 410 for a ticket that is unknown, used or expired; both before the upgrade. Browsers
/// say which page opens a socket; a client that says none has nothing but its ticket.
pub async fn socket(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(ticket): Query<Ticket>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Failure> {
    if headers.contains_key(ORIGIN) && !origin::is_ours(&headers) {
        return Err(Reason::BadOrigin.into());
    }
    let stream = match state.services.console.redeem(&ticket.token).await {
        Ok((_, stream)) => stream,
        Err(error) if error.kind() == Kind::Conflict => return Ok(gone()),
        Err(error) => return Err(error.into()),
    };
    let guest = match connect(&stream).await {
        Ok(guest) => guest,
        Err(error) => {
            tracing::warn!(%error, "a guest's screen does not open");
            return Ok(gone());
        }
    };
    Ok(upgrade.protocols(["binary"]).max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE).on_upgrade(
        async move |browser| {
            tokio::select! {
                () = join(browser, guest) => {}
                () = state.settings.stopping.cancelled() => {}
            }
        },
    ))
}

/// Without a word, and the last on its connection: what follows the headers is the screen's, and clients wait for it.
fn gone() -> Response {
    (StatusCode::GONE, [(CONNECTION, "close")]).into_response()
}

/// Carries bytes both ways until one side ends, and tells the browser why.
async fn join(mut browser: WebSocket, guest: Guest) {
    let (mut from_guest, mut to_guest) = tokio::io::split(guest);
    if let Some((code, reason)) = carry(&mut browser, &mut from_guest, &mut to_guest).await {
        let farewell = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
        // The browser may be gone already.
        let _ = browser.send(farewell).await;
    }
}

/// The close code and reason for the browser; none when it was the browser that left.
async fn carry(
    browser: &mut WebSocket,
    from_guest: &mut ReadHalf<Guest>,
    to_guest: &mut WriteHalf<Guest>,
) -> Option<(u16, &'static str)> {
    let mut ping = interval_at(Instant::now() + PING, PING);
    let mut heard = true;
    let mut buffer = BytesMut::new();
    loop {
        buffer.reserve(FRAME);
        tokio::select! {
            read = from_guest.read_buf(&mut buffer) => match read {
                Ok(0) => return Some((close_code::NORMAL, "the guest's screen was closed")),
                Ok(_) => browser.send(Message::Binary(buffer.split().freeze())).await.ok()?,
                Err(_) => return Some((close_code::ERROR, "the connection to the guest's screen broke")),
            },
            message = browser.recv() => {
                heard = true;
                let bytes = match message?.ok()? {
                    Message::Binary(bytes) => bytes,
                    Message::Close(_) => return None,
                    Message::Text(_) => return Some((close_code::UNSUPPORTED, "the screen speaks binary frames")),
                    Message::Ping(_) | Message::Pong(_) => continue,
                };
                if to_guest.write_all(&bytes).await.is_err() {
                    return Some((close_code::NORMAL, "the guest's screen was closed"));
                }
            }
            _ = ping.tick() => {
                if !std::mem::take(&mut heard) {
                    return Some((close_code::AWAY, "no sign of life"));
                }
                browser.send(Message::Ping(Default::default())).await.ok()?;
            }
        }
    }
}
