//! `GET /compute/v2.1/servers` and `…/detail`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::Value;

use super::microversion::Microversion;
use super::server_query::{MAX_LIMIT, ServerQuery};
use super::server_shape::{Link, Server};
use super::server_view::{View, brief};
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::filter::Pairs;
use crate::http::query::query as url_query;
use crate::model::instance::{Instance, InstanceSort};
use crate::model::page::PageRequest;
use crate::model::{Noun, Reason, Result};

/// `GET`: names only.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Response, Failure> {
    let (instances, more) = wanted(&services, &auth.ctx, version, &query).await?;
    let servers: Vec<Value> = instances.iter().map(|instance| brief(instance, &base)).collect();
    let last = instances.last().filter(|_| more);
    Ok(page(servers, last.map(|last| next(&base, "servers", &query, last.id.as_str()))))
}

/// `GET …/detail`.
pub async fn detail(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Response, Failure> {
    let (instances, more) = wanted(&services, &auth.ctx, version, &query).await?;
    let view = View::new(&services, &auth.ctx, &base, version).await?;
    let servers: Vec<Server<'_>> = instances.iter().map(|instance| view.listed(instance)).collect();
    let last = instances.last().filter(|_| more);
    Ok(page(servers, last.map(|last| next(&base, "servers/detail", &query, last.id.as_str()))))
}

/// The instances that a query asks for, and whether there are more.
async fn wanted(
    services: &Services,
    ctx: &Ctx,
    version: Microversion,
    query: &[(String, String)],
) -> Result<(Vec<Instance>, bool)> {
    let query = ServerQuery::read(query, ctx, version)?;
    let whole = !query.order.is_empty();
    // One more than is shown says whether there are more; before a marker, and to sort, everything is needed.
    let straight = !whole && query.marker.is_none();
    let limit = if straight { MAX_LIMIT.min(u32::try_from(query.limit).unwrap_or(MAX_LIMIT) + 1) } else { MAX_LIMIT };
    let mut page = PageRequest { sort: InstanceSort::Created, descending: true, offset: 0, limit };
    let mut slice = Slice { passed: query.marker.is_none(), rows: Vec::new(), more: false };
    let mut all = Vec::new();
    loop {
        let found = services.compute.instances(ctx, &query.filter, page).await?;
        page.offset += limit;
        for instance in found.rows {
            if whole {
                all.push(instance);
            } else {
                slice.take(instance, &query);
            }
        }
        if slice.more || page.offset >= found.total {
            break;
        }
    }
    all.sort_by(|a, b| {
        let sorted = query.order.iter().map(|(compare, descending)| {
            let order = compare(a, b);
            if *descending { order.reverse() } else { order }
        });
        sorted.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    for instance in all {
        slice.take(instance, &query);
    }
    match query.marker {
        Some(marker) if !slice.passed => Err(Reason::NotFound { noun: Noun::Instance, id: marker }.into()),
        _ => Ok((slice.rows, slice.more)),
    }
}

/// What of a sorted list is shown.
struct Slice {
    /// Whether the marker was met.
    passed: bool,
    rows: Vec<Instance>,
    more: bool,
}

impl Slice {
    fn take(&mut self, instance: Instance, query: &ServerQuery) {
        if !self.passed {
            self.passed = Some(instance.id.as_str()) == query.marker.as_deref();
        } else if query.wants(&instance) {
            self.more = self.rows.len() == query.limit;
            if !self.more {
                self.rows.push(instance);
            }
        }
    }
}

/// A list, with the address of what follows it.
fn page<T: Serialize>(servers: Vec<T>, next: Option<String>) -> Response {
    #[derive(Serialize)]
    struct Page<T> {
        servers: Vec<T>,
        #[serde(skip_serializing_if = "Option::is_none")]
        servers_links: Option<[Link; 1]>,
    }
    let servers_links = next.map(|href| [Link { rel: "next", href }]);
    Json(Page { servers, servers_links }).into_response()
}

/// The address of what follows `last`.
pub fn next(base: &Base, path: &str, query: &[(String, String)], last: &str) -> String {
    let kept = query.iter().filter(|(name, _)| name != "marker").map(|(name, value)| (name.as_str(), value.as_str()));
    base.url(&format!("/compute/v2.1/{path}{}", url_query(kept.chain([("marker", last)]))))
}
