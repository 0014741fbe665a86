//! Identity, `/identity`: version documents, tokens, and what administrators and people keep there.

mod application_credentials;
mod assignments;
mod caller;
mod catalog;
mod domains;
mod grants;
mod groups;
mod listing;
mod own;
mod projects;
mod request;
mod roles;
mod services;
mod tokens;
mod users;
mod versions;

use axum::http::HeaderValue;
use axum::http::header::VARY;
use axum::response::Response;
use axum::routing::{get, post};

use super::Routes;

/// What identity answers depends on who asks, which caches must know.
pub async fn vary(mut response: Response) -> Response {
    response.headers_mut().insert(VARY, HeaderValue::from_static("X-Auth-Token"));
    response
}

pub fn routes() -> Routes {
    vec![
        ("/identity", get(versions::all)),
        ("/identity/", get(versions::all)),
        ("/identity/v3", get(versions::v3)),
        ("/identity/v3/", get(versions::v3)),
        ("/identity/v3/auth/tokens", get(tokens::show).post(tokens::issue).delete(tokens::revoke)),
        ("/identity/v3/auth/projects", get(own::projects)),
        ("/identity/v3/auth/domains", get(own::domains)),
        ("/identity/v3/auth/catalog", get(own::catalog_of_token)),
        ("/identity/v3/domains", get(domains::list).post(domains::create)),
        ("/identity/v3/domains/{id}", get(domains::show).patch(domains::update).delete(domains::delete)),
        ("/identity/v3/projects", get(projects::list).post(projects::create)),
        ("/identity/v3/projects/{id}", get(projects::show).patch(projects::update).delete(projects::delete)),
        ("/identity/v3/users", get(users::list).post(users::create)),
        ("/identity/v3/users/{id}", get(users::show).patch(users::update).delete(users::delete)),
        ("/identity/v3/users/{id}/password", post(users::change_password)),
        ("/identity/v3/users/{id}/projects", get(projects::of_user)),
        ("/identity/v3/users/{id}/groups", get(groups::of_user)),
        (
            "/identity/v3/users/{id}/application_credentials",
            get(application_credentials::list).post(application_credentials::create),
        ),
        (
            "/identity/v3/users/{user}/application_credentials/{id}",
            get(application_credentials::show).delete(application_credentials::delete),
        ),
        ("/identity/v3/groups", get(groups::list).post(groups::create)),
        ("/identity/v3/groups/{id}", get(groups::show).patch(groups::update).delete(groups::delete)),
        ("/identity/v3/groups/{id}/users", get(groups::members)),
        (
            "/identity/v3/groups/{id}/users/{user}",
            get(groups::is_member).put(groups::add_member).delete(groups::remove_member),
        ),
        ("/identity/v3/roles", get(roles::list).post(roles::create)),
        ("/identity/v3/roles/{id}", get(roles::show).patch(roles::update).delete(roles::delete)),
        ("/identity/v3/role_assignments", get(assignments::list)),
        ("/identity/v3/projects/{project}/users/{user}/roles", get(grants::list)),
        ("/identity/v3/projects/{project}/groups/{group}/roles", get(grants::list)),
        ("/identity/v3/domains/{domain}/users/{user}/roles", get(grants::list)),
        ("/identity/v3/domains/{domain}/groups/{group}/roles", get(grants::list)),
        (
            "/identity/v3/projects/{project}/users/{user}/roles/{role}",
            get(grants::check).put(grants::give).delete(grants::take),
        ),
        (
            "/identity/v3/projects/{project}/groups/{group}/roles/{role}",
            get(grants::check).put(grants::give).delete(grants::take),
        ),
        (
            "/identity/v3/domains/{domain}/users/{user}/roles/{role}",
            get(grants::check).put(grants::give).delete(grants::take),
        ),
        (
            "/identity/v3/domains/{domain}/groups/{group}/roles/{role}",
            get(grants::check).put(grants::give).delete(grants::take),
        ),
        ("/identity/v3/services", get(services::list)),
        ("/identity/v3/services/{id}", get(services::show)),
        ("/identity/v3/endpoints", get(services::endpoints)),
        ("/identity/v3/endpoints/{id}", get(services::endpoint)),
        ("/identity/v3/regions", get(services::regions)),
        ("/identity/v3/regions/{id}", get(services::region)),
    ]
}
