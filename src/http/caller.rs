//! From the browser's cookie to who is asking.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Session, SessionManagerLayer};

use super::failure::Failure;
use super::request_id;
use super::session_store::Store;
use super::state::AppState;
use crate::control::{Asker, Ctx, Services};
use crate::dashboard::server::Caller;
use crate::model::{Error, Kind, Result};

/// Where signing in leaves the token in the session.
const TOKEN: &str = "token";

/// Gives the request its session, by a cookie that scripts cannot read and other sites cannot send with a form.
pub fn sessions(state: &AppState) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(Store(state.services.sessions.clone()))
        .with_name("arcus")
        .with_path("/")
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(state.settings.secure_cookies)
}

/// Finds out who asks: the session's token is validated for every request, so that a withdrawn role works at once.
pub async fn identify(
    State(services): State<Services>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let ctx = context(&services, &session, &request_id::of(request.extensions())).await?;
    if let (Some(asker), Some(ctx)) = (request.extensions().get::<Asker>(), &ctx) {
        asker.is(ctx);
    }
    request.extensions_mut().insert(Caller(ctx));
    Ok(next.run(request).await)
}

async fn context(services: &Services, session: &Session, request_id: &str) -> Result<Option<Ctx>> {
    let Some(token) = session.get::<String>(TOKEN).await.map_err(Error::internal)? else { return Ok(None) };
    match services.identity.validate(&token).await {
        Ok(info) => Ok(Ctx::from_token(&token, &info, request_id)),
        Err(error) if error.kind() == Kind::Unauthenticated => Ok(None),
        Err(error) => Err(error),
    }
}
