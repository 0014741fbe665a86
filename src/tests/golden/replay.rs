//! A cloud to which the recorded requests are made again, with its own ids in the place of the recorded ones.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::answer::Given;
use super::exchange::Exchange;
use crate::cloud::{Cloud, Person, eventually};

const SERVICES: [&str; 6] = ["identity", "compute", "image", "network", "volume", "placement"];

/// A cloud as the recorded one was at the start, and what its answers have said so far.
pub struct Replay {
    cloud: Cloud,
    admin: Person,
    demo: Person,
    /// This cloud's own ids, tokens and addresses, by the names that the recordings give them.
    names: BTreeMap<String, String>,
}

impl Replay {
    /// A cloud with its two users, who have no project by default, and nothing else.
    pub async fn start() -> Self {
        let settings = [("driver", "simulated"), ("host", "vm"), ("bridge_mappings", "provider:br-provider")];
        let cloud = Cloud::start_bare(&settings).await;
        let (admin, demo) = (cloud.sign_in("admin").await, cloud.sign_in("demo").await);
        let bundled = admin.id_of("/image/v2/images", "images", "cirros").await;
        must(&admin, Method::DELETE, &format!("/image/v2/images/{bundled}"), None).await;
        for user in ["admin", "demo"] {
            let id = admin.id_of("/identity/v3/users", "users", user).await;
            let without = json!({ "user": { "default_project_id": null } });
            must(&admin, Method::PATCH, &format!("/identity/v3/users/{id}"), Some(without)).await;
        }
        let addresses = SERVICES.map(|service| (format!("{service}_url"), format!("{}/{service}", cloud.url())));
        let passwords = ["admin", "demo"].map(|user| (format!("{user}_password"), cloud.password(user)));
        let names = addresses.into_iter().chain(passwords).collect();
        Self { cloud, admin, demo, names }
    }

    /// Between the walkthrough and the probes, the recorded cloud was given a network `bench` and a server `warm0`.
    pub async fn launch_what_the_probes_look_at(&self) {
        let network = self.admin.post("/network/v2.0/networks", json!({ "network": { "name": "bench" } })).await;
        let network = &network["network"]["id"];
        let subnet = json!({ "network_id": network, "cidr": "10.200.0.0/16", "ip_version": 4 });
        self.admin.post("/network/v2.0/subnets", json!({ "subnet": subnet })).await;
        let server = json!({ "name": "warm0", "flavorRef": "0", "imageRef": self.names["image"], "key_name": "mykey",
            "networks": [{ "uuid": network }] });
        let made = self.admin.post("/compute/v2.1/servers", json!({ "server": server })).await;
        self.admin.settled(made["server"]["id"].as_str().expect("an id"), &["ACTIVE"]).await;
    }

    /// Waits until no server and no volume is under way, as people do before their next command.
    pub async fn settled(&self) {
        eventually("volumes at rest", || async {
            let list = self.admin.get("/volume/v3/volumes/detail?all_tenants=1").await;
            let volumes = list["volumes"].as_array().expect("a list");
            volumes.iter().all(|volume| volume["status"] == "available").then_some(())
        })
        .await;
        eventually("servers at rest", || async {
            let list = self.admin.get("/compute/v2.1/servers/detail?all_tenants=1").await;
            let servers = list["servers"].as_array().expect("a list");
            servers
                .iter()
                .all(|server| server["OS-EXT-STS:task_state"].is_null() && server["status"] != "BUILD")
                .then_some(())
        })
        .await;
    }

    /// Makes the request again, and learns from the answer what later requests need.
    pub async fn ask(&mut self, exchange: &Exchange) -> Given {
        let url = format!("{}/{}{}", self.cloud.url(), exchange.service, self.fill(&exchange.path));
        let method = Method::from_bytes(exchange.method.as_bytes()).expect("a method");
        let mut request = self.cloud.http.request(method, url);
        if let Some(token) = self.token(&exchange.request.asker) {
            request = request.header("x-auth-token", token);
        }
        for (name, value) in &exchange.request.headers {
            let token = (name == "x-subject-token").then(|| self.token(value)).flatten();
            request = request.header(name, token.unwrap_or(value));
        }
        request = match &exchange.request.body {
            None => request,
            Some(Value::String(text)) => request.body(text.clone()),
            Some(body) => request.body(self.fill(&body.to_string())),
        };
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let given = Given::new(status, headers, &answer.text().await.expect("a body"));
        for (name, way) in &exchange.learns {
            if let Some(value) = found(way, &given.headers, given.body.as_ref()) {
                self.names.insert(name.clone(), value.to_owned());
            }
        }
        given
    }

    /// Text with this cloud's own values for names in braces. A name that no answer has explained remains.
    pub fn fill(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    fn token(&self, whose: &str) -> Option<&str> {
        match whose {
            "nobody" => None,
            "admin" => Some(&self.admin.token),
            "demo" => Some(&self.demo.token),
            _ => Some("garbage"),
        }
    }
}

/// A call that must succeed.
async fn must(person: &Person, method: Method, path: &str, body: Option<Value>) {
    let (status, answer) = person.call(method.clone(), path, body).await;
    assert!(status.is_success(), "{method} {path}: {status} {answer}");
}

/// What is at the end of a way: through members, and in lists by a member's value (`name=default`) or by number.
fn found<'a>(way: &[String], headers: &'a HeaderMap, body: Option<&'a Value>) -> Option<&'a str> {
    if let [header] = way
        && let Some(value) = headers.get(header)
    {
        return value.to_str().ok();
    }
    let end = way.iter().try_fold(body?, |here, step| match (here, step.split_once('=')) {
        (Value::Array(items), Some((key, value))) => items.iter().find(|item| item[key] == value),
        (Value::Array(items), None) => items.get(step.parse::<usize>().ok()?),
        _ => here.get(step),
    })?;
    end.as_str()
}
