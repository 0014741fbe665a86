//! `/network/v2.0/extensions`: what of Neutron's many extensions is here.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;

/// Alias, name, and when Neutron last changed what it means.
const HERE: [(&str, &str, &str); 26] = [
    ("agent", "The hosts that make networks real", "2013-02-03T10:00:00-00:00"),
    ("allowed-address-pairs", "Further addresses of a port", "2013-07-23T10:00:00-00:00"),
    ("availability_zone", "The zones of hosts", "2015-01-01T10:00:00-00:00"),
    ("binding", "The host of a port", "2014-02-03T10:00:00-00:00"),
    ("ext-gw-mode", "Whether a router's gateway translates addresses", "2013-03-28T10:00:00-00:00"),
    ("external-net", "Networks that lead outside", "2013-01-14T10:00:00-00:00"),
    ("extraroute", "A router's static routes", "2013-02-01T10:00:00-00:00"),
    ("extraroute-atomic", "Static routes added and removed one by one", "2019-07-10T00:00:00+00:00"),
    ("ip-substring-filtering", "Ports by a part of their addresses", "2017-11-28T00:00:00-00:00"),
    ("net-mtu", "The MTU of a network", "2015-03-25T10:00:00-00:00"),
    ("network-ip-availability", "How many addresses are taken", "2015-09-24T00:00:00-00:00"),
    ("pagination", "Lists a page at a time", "2016-06-12T00:00:00-00:00"),
    ("port-security", "Whether a port's traffic is checked", "2012-07-23T10:00:00-00:00"),
    ("project-id", "Resources name their project", "2016-09-09T09:09:09-09:09"),
    ("provider", "Networks on physical networks", "2012-09-07T10:00:00-00:00"),
    ("quota_details", "What is used of each limit", "2017-02-10T10:00:00-00:00"),
    ("quotas", "A project's limits", "2012-07-29T10:00:00-00:00"),
    ("rbac-policies", "Networks shared with single projects", "2015-06-17T12:15:12-00:00"),
    ("revision-if-match", "Changes only of what did not change in between", "2016-12-11T00:00:00-00:00"),
    ("router", "Routers and floating IPs", "2012-07-20T10:00:00-00:00"),
    ("security-group", "Security groups and their rules", "2012-10-05T10:00:00-00:00"),
    ("sorting", "Lists in a chosen order", "2016-06-12T00:00:00-00:00"),
    ("standard-attr-description", "Resources have descriptions", "2016-02-10T10:00:00-00:00"),
    ("standard-attr-revisions", "Changes are counted", "2016-04-11T10:00:00-00:00"),
    ("standard-attr-tag", "Resources are marked with words", "2017-01-01T00:00:00-00:00"),
    ("standard-attr-timestamp", "When resources were made and changed", "2016-09-12T10:00:00-00:00"),
];

/// `GET`.
pub async fn list(_: Auth) -> Json<Value> {
    Json(json!({ "extensions": HERE.iter().map(view).collect::<Vec<_>>() }))
}

/// `GET …/{alias}`.
pub async fn show(_: Auth, Path(alias): Path<String>) -> Result<Json<Value>, Failure> {
    let unknown = || Failure::of_request(StatusCode::NOT_FOUND, format!("Extension with alias {alias} does not exist"));
    let extension = HERE.iter().find(|(known, ..)| *known == alias).ok_or_else(unknown)?;
    Ok(Json(json!({ "extension": view(extension) })))
}

fn view((alias, name, updated): &(&str, &str, &str)) -> Value {
    json!({ "alias": alias, "name": name, "description": name, "updated": updated, "links": [] })
}
