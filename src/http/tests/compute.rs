//! The compute API.

mod aggregates;
mod server_groups;
mod servers;
mod surroundings;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Front};
use crate::control::Ctx;

/// Somebody who asks, in one microversion.
struct Caller<'f> {
    front: &'f Front,
    ctx: Ctx,
    version: &'static str,
}

impl<'f> Caller<'f> {
    async fn new(front: &'f Front, name: &str, role: &str) -> Self {
        Self { front, ctx: front.cloud.person(name, "red", role).await, version: "2.1" }
    }

    fn at(&self, version: &'static str) -> Self {
        Self { front: self.front, ctx: self.ctx.clone(), version }
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        let version = format!("compute {}", self.version);
        let headers = [("x-auth-token", self.ctx.token.as_str()), ("openstack-api-version", version.as_str())];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.front.send(method, &format!("/compute/v2.1/{path}"), &headers, body).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.send(Method::GET, path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.json()
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, body).await
    }

    async fn delete(&self, path: &str) -> StatusCode {
        self.send(Method::DELETE, path, Value::Null).await.status
    }

    async fn status(&self, path: &str) -> u16 {
        self.send(Method::GET, path, Value::Null).await.status.as_u16()
    }

    /// Launches a server, which waits for a host for ever, and gives its id.
    async fn server(&self, stage: &Stage, more: Value) -> String {
        let answer = self.post("servers", stage.wanted(more)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
        answer.json()["server"]["id"].as_str().unwrap().to_owned()
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn message(answer: &Answer) -> String {
    let body = answer.json();
    let fault = body.as_object().unwrap().values().next().unwrap();
    fault["message"].as_str().unwrap().to_owned()
}

/// What a launch needs.
struct Stage {
    image: String,
    network: String,
}

impl Stage {
    async fn new(front: &Front, root: &Caller<'_>) -> Self {
        let flavor = json!({ "flavor": { "name": "small", "id": "1", "ram": 64, "vcpus": 1, "disk": 1 } });
        assert_eq!(root.post("flavors", flavor).await.status, StatusCode::OK);
        let token = ("x-auth-token", root.ctx.token.as_str());
        let record =
            json!({ "name": "disk", "disk_format": "raw", "container_format": "bare", "visibility": "public" });
        let image = front.send(Method::POST, "/image/v2/images", &[token], record.to_string()).await.json();
        let image = image["id"].as_str().unwrap().to_owned();
        let octets = ("content-type", "application/octet-stream");
        let put =
            front.send(Method::PUT, &format!("/image/v2/images/{image}/file"), &[token, octets], "x".repeat(512)).await;
        assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.body);
        let make = async |path: &str, body: Value| {
            let made = front.send(Method::POST, &format!("/network/v2.0/{path}"), &[token], body.to_string()).await;
            assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
            made.json()
        };
        let network = make("networks", json!({ "network": { "name": "shared", "shared": true } })).await;
        let network = network["network"]["id"].as_str().unwrap().to_owned();
        let subnet = json!({ "network_id": network, "cidr": "10.0.0.0/24", "ip_version": 4 });
        make("subnets", json!({ "subnet": subnet })).await;
        Self { image, network }
    }

    fn wanted(&self, more: Value) -> Value {
        let mut server = json!({
            "name": "web", "flavorRef": "1", "imageRef": self.image, "networks": [{ "uuid": self.network }],
        });
        server.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "server": server })
    }
}
