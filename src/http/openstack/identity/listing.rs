//! Lists and links as identity has them.

use std::convert::Infallible;

use axum::Json;
use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use serde_json::{Value, json};

use crate::http::base::Base;
use crate::http::openstack::filter::{Pairs, select};
use crate::http::state::AppState;

/// What a list was asked with, and where.
pub struct Listing {
    pub base: Base,
    uri: Uri,
    query: Vec<(String, String)>,
}

impl FromRequestParts<AppState> for Listing {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let base = Base::from_request_parts(parts, state).await?;
        // What is not a query filters nothing.
        let Query(query) = Pairs::from_request_parts(parts, state).await.unwrap_or_default();
        Ok(Self { base, uri: parts.uri.clone(), query })
    }
}

impl Listing {
    /// The rows that fit the query's filters, under `key`.
    pub fn answer(&self, key: &str, rows: Vec<Value>) -> Json<Value> {
        self.all(key, select(rows, &self.query))
    }

    /// Every row, under `key`.
    pub fn all(&self, key: &str, rows: Vec<Value>) -> Json<Value> {
        let links = json!({ "next": null, "self": self.base.url(&self.uri.to_string()), "previous": null });
        Json(json!({ key: rows, "links": links }))
    }

    /// The first value given for a name in the query.
    pub fn value(&self, name: &str) -> Option<&str> {
        crate::http::openstack::filter::value(&self.query, name)
    }

    /// Whether a switch is in the query and not off: `?effective`, `?include_names=1`.
    pub fn switched(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
    }
}

/// The address of a thing, by its path below `/v3/`.
pub fn href(base: &Base, path: &str) -> String {
    base.url(&format!("/identity/v3/{path}"))
}

/// A thing's `links`.
pub fn links(base: &Base, path: &str) -> Value {
    json!({ "self": href(base, path) })
}
