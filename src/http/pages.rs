//! The dashboard's pages and server functions.

use axum::Router;
use axum::extract::Request;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{
    LeptosRoutes as _, ResponseOptions, generate_route_list_with_exclusions_and_ssg_and_context,
    render_app_async_with_context,
};
use tower_http::limit::RequestBodyLimitLayer;
use tower_sessions::Session;

use super::MAX_BODY;
use super::base::Base;
use super::query::query;
use super::security::page_policy;
use super::state::AppState;
use crate::dashboard::server::{Address, Caller};
use crate::dashboard::{App, shell};

/// Every page by its address, and every server function.
pub fn router(state: &AppState) -> Router<AppState> {
    let contexts = contexts(state);
    let (pages, _) = generate_route_list_with_exclusions_and_ssg_and_context(App, None, contexts.clone());
    Router::new()
        .leptos_routes_with_context(state, pages, contexts, document(state))
        .route_layer(from_fn(gate))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
}

/// The page for an address that nobody knows.
pub fn not_found(state: &AppState) -> Router<AppState> {
    let render = render_app_async_with_context(contexts(state), document(state));
    Router::new().fallback(move |request: Request| {
        let page = render(request);
        async move { (StatusCode::NOT_FOUND, page.await) }
    })
}

fn document(state: &AppState) -> impl Fn() -> leptos::prelude::AnyView + Clone + Send + Sync + 'static {
    use leptos::prelude::IntoAny as _;
    let options = <LeptosOptions as axum::extract::FromRef<AppState>>::from_ref(state);
    move || shell(options.clone()).into_any()
}

/// What pages and server functions find in their context, beside what leptos_axum puts there.
fn contexts(state: &AppState) -> impl Fn() + Clone + Send + Sync + use<> {
    let (services, secure) = (state.services.clone(), state.settings.secure_cookies);
    move || {
        provide_context(services.clone());
        if let Some(parts) = use_context::<Parts>() {
            provide_context(parts.extensions.get::<Caller>().cloned().unwrap_or(Caller(None)));
            provide_context(Address(Base::of(&parts, secure).url("")));
            if let Some(session) = parts.extensions.get::<Session>() {
                provide_context(session.clone());
            }
        }
        allow_own_scripts();
    }
}

/// The page's policy names the nonce that its scripts carry. Server functions have none, and need none.
fn allow_own_scripts() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    if let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce)) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Sends people who are not signed in to the sign-in page, and those who are away from it. Server functions answer
/// for themselves.
async fn gate(request: Request, next: Next) -> Response {
    let page = matches!(*request.method(), Method::GET | Method::HEAD) && !request.uri().path().starts_with("/api/");
    if !page {
        return next.run(request).await;
    }
    let signed_in = matches!(request.extensions().get(), Some(Caller(Some(_))));
    match (request.uri().path(), signed_in) {
        ("/login", true) => Redirect::to("/").into_response(),
        // The console that stands alone is opened by its ticket.
        ("/login" | "/vnc_auto.html", _) | (_, true) => next.run(request).await,
        (_, false) => Redirect::to(&login_for(request.uri())).into_response(),
    }
}

/// The sign-in page that leads back to where the person wanted to go.
fn login_for(uri: &axum::http::Uri) -> String {
    let wanted = uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    if wanted == "/" {
        return "/login".into();
    }
    format!("/login{}", query([("next", wanted)]))
}

#[cfg(test)]
mod tests {
    use super::login_for;

    #[test]
    fn signing_in_leads_back() {
        assert_eq!(login_for(&"/".parse().unwrap()), "/login");
        let back = login_for(&"/launch?image=a%26b&flavor=1".parse().unwrap());
        assert_eq!(back, "/login?next=%2Flaunch%3Fimage%3Da%2526b%26flavor%3D1");
    }
}
