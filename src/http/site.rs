//! What browsers ask for: pages, server functions, news, consoles, uploads, files.

use std::any::Any;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use super::failure::{self, Shape};
use super::state::AppState;
use super::{assets, caller, console, events, origin, pages, upload};

/// The dashboard's routes; files and the page for "not found" answer everything that nobody else does.
pub fn router(state: &AppState) -> Router<AppState> {
    let routes = Router::new()
        .merge(pages::router(state).layer(from_fn_with_state(state.clone(), console::at_the_root)))
        .route("/events", get(events::stream))
        .route("/upload/images", post(upload::image).layer(DefaultBodyLimit::disable()));
    let missing = for_browsers(pages::not_found(state), state).with_state(state.clone());
    for_browsers(routes, state)
        .merge(guarded(Router::new().route("/console/ws", get(console::socket)), state))
        .fallback_service(assets::files(&state.settings.assets, missing))
}

/// Routes that know who asks by the cookie, and so trust only our own pages.
fn for_browsers(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    let routes = routes
        .layer(from_fn_with_state(state.clone(), caller::identify))
        .layer(caller::sessions(state))
        .layer(from_fn(origin::ours_only));
    guarded(routes, state)
}

/// Routes whose faults, panics too, end in a sentence.
fn guarded(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    let panicked: fn(Box<dyn Any + Send>) -> Response = failure::panicked;
    let shape: (Shape, bool) = (failure::plain, state.settings.secure_cookies);
    routes.layer(CatchPanicLayer::custom(panicked)).layer(from_fn_with_state(shape, failure::shape))
}
