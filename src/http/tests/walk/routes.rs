//! The router's own table: which methods each path has, as it says itself.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::http::openstack;
use crate::http::tests::Front;

/// Every path with each of its methods. `HEAD` comes with `GET`, and is the same handler.
pub async fn of(front: &Front) -> BTreeSet<(Method, String)> {
    let mut table = BTreeSet::new();
    for path in openstack::paths() {
        // A router tells which methods a path has to whoever uses another: no path has this one.
        let answer = front.send(Method::TRACE, &path.replace(['{', '}'], ""), &[], Body::empty()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path} has every method");
        let methods = answer.header("allow").split(',').filter(|method| *method != "HEAD");
        table.extend(methods.map(|method| (method.parse().unwrap(), path.clone())));
    }
    table
}
