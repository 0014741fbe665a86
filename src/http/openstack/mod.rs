//! OpenStack's REST APIs: one folder a service, one file a resource, at the paths that DevStack uses.
//!
//! A handler reads the request into the same structs that the dashboard uses, calls the same service, and renders the
//! answer in OpenStack's shape. [`auth::Auth`] is the only way to a caller's context; no cookie is looked at here.

mod auth;
mod body;
mod compute;
mod errors;
mod filter;
mod identity;
mod image;
mod microversion;
mod network;
mod python;
mod refusal;
mod schema;
mod time;
mod volume;

use std::any::Any;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, any};
use tower_http::catch_panic::CatchPanicLayer;

use super::MAX_BODY;
use super::failure::{self, Shape};
use super::state::AppState;

/// A service's routes, by their whole path.
type Routes = Vec<(&'static str, MethodRouter<AppState>)>;

/// Every service's routes.
pub fn router(secure: bool) -> Router<AppState> {
    Router::new()
        .merge(
            service("/identity/{*rest}", identity::routes(), errors::identity, secure)
                .layer(map_response(identity::vary)),
        )
        .merge(
            service("/compute/{*rest}", compute::both_names(), errors::compute, secure)
                .layer(from_fn(microversion::compute)),
        )
        .merge(service("/image/{*rest}", image::routes(), errors::image, secure))
        .merge(service("/network/{*rest}", network::routes(), errors::network, secure))
        .merge(
            service("/volume/{*rest}", volume::both_ways(), errors::volume, secure)
                .layer(from_fn(microversion::volume)),
        )
}

/// A service's routes with its own way to word failures; `others` are the paths below it that it does not know.
fn service(
    others: &'static str,
    routes: Vec<(impl AsRef<str>, MethodRouter<AppState>)>,
    shape: Shape,
    secure: bool,
) -> Router<AppState> {
    let panicked: fn(Box<dyn Any + Send>) -> Response = failure::panicked;
    routes
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| router.route(path.as_ref(), methods))
        .route(others, any(async || (StatusCode::NOT_FOUND, "The resource could not be found.\n")))
        .layer(from_fn(refusal::as_failure))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state((shape, secure), failure::shape))
}

/// Every path of every service, for a test that knocks on all of them.
#[cfg(test)]
pub fn paths() -> impl Iterator<Item = String> {
    let services = [identity::routes(), image::routes(), network::routes()];
    let named = services.into_iter().flatten().map(|(path, _)| path.to_owned());
    named.chain(compute::both_names().into_iter().chain(volume::both_ways()).map(|(path, _)| path))
}
