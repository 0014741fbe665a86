//! The volume service's lines of the table.

use axum::http::{Method, StatusCode};

use super::entry::For::{Everybody, Project};
use super::entry::{Entry, entry};
use super::red::Red;

pub fn entries(red: &Red) -> Vec<Entry> {
    vec![
        entry(Everybody, Method::GET, "/volume"),
        entry(Everybody, Method::GET, "/volume/"),
        entry(Project, Method::GET, "/volume/v3/{project}/attachments")
            .at(&[&red.project])
            .query(&format!("instance_id={}", red.server))
            // As Cinder has it: a path that names another project than the token is malformed.
            .tells_strangers(StatusCode::BAD_REQUEST),
    ]
}
