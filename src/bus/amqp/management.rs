//! RabbitMQ's management over HTTP: users and queues, for a person's commands.

use reqwest::{Client, Method, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::address::Address;
use super::names::Permissions;
use crate::bus::{BusError, BusSettings, Sender};

/// How many connections and channels a host's user may have: some for each of its roles, and no flood.
const CONNECTIONS: u32 = 16;
const CHANNELS: u32 = 256;

/// What the management knows of a queue.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct QueueState {
    pub name: String,
    #[serde(default)]
    pub messages: u64,
    /// Of those, given to somebody who has not finished.
    #[serde(default)]
    pub messages_unacknowledged: u64,
    #[serde(default)]
    pub consumers: u64,
}

/// The management of one virtual host, as an administrator.
pub struct Management {
    client: Client,
    base: Url,
    vhost: String,
}

impl Management {
    /// `url` names the administrator: `http://user:password@host:15672`. The virtual host is the bus's.
    ///
    /// # Errors
    /// A sentence on the setting that is wrong.
    pub fn new(url: &str, bus: &BusSettings) -> Result<Self, BusError> {
        let remedy = "set `rabbitmq_management` to http://user:password@host:15672, with an administrator's user";
        let base: Url = url.parse().map_err(|_| BusError::Closed(format!("{remedy}, and special letters as %XX")))?;
        if base.cannot_be_a_base() || base.username().is_empty() {
            return Err(BusError::Closed(remedy.to_owned()));
        }
        let mut client = Client::builder();
        if let Some(file) = &bus.ca {
            let wrong =
                |error: &dyn std::fmt::Display| BusError::Closed(format!("bus_ca: {}: {error}", file.display()));
            let pem = std::fs::read(file).map_err(|error| wrong(&error))?;
            for certificate in reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| wrong(&error))? {
                client = client.add_root_certificate(certificate);
            }
        }
        let client = client.build().map_err(|error| BusError::Closed(error.to_string()))?;
        Ok(Self { client, base, vhost: Address::read(bus)?.vhost().to_owned() })
    }

    /// Makes a host's user, or gives it a new password, with just what a host may do.
    ///
    /// # Errors
    /// Why not, with what to do.
    pub async fn put_host(&self, host: &str, password: &str) -> Result<(), BusError> {
        let user = Sender::user_of_host(host);
        self.send(Method::PUT, &["users", &user], Some(json!({ "password": password, "tags": "" }))).await?;
        for (limit, value) in [("max-connections", CONNECTIONS), ("max-channels", CHANNELS)] {
            self.send(Method::PUT, &["user-limits", &user, limit], Some(json!({ "value": value }))).await?;
        }
        let Permissions { configure, write, read } = Permissions::of_host(host);
        let permissions = json!({ "configure": configure, "write": write, "read": read });
        self.send(Method::PUT, &["permissions", &self.vhost, &user], Some(permissions)).await.map(drop)
    }

    /// Takes a host's user away, and closes its connections; tells whether there was one.
    ///
    /// # Errors
    /// Why not, with what to do.
    pub async fn remove_host(&self, host: &str) -> Result<bool, BusError> {
        let user = Sender::user_of_host(host);
        let removed = self.send(Method::DELETE, &["users", &user], None).await?.is_some();
        // Without this, a connection lives on with what it was allowed.
        self.send(Method::DELETE, &["connections", "username", &user], None).await?;
        Ok(removed)
    }

    /// Every queue of the virtual host, by name.
    ///
    /// # Errors
    /// Why not, with what to do.
    pub async fn queues(&self) -> Result<Vec<QueueState>, BusError> {
        let list = self.send(Method::GET, &["queues", &self.vhost], None).await?.unwrap_or_default();
        let unreadable = |error: serde_json::Error| BusError::Unreadable(error.to_string());
        let mut queues: Vec<QueueState> = serde_json::from_value(list).map_err(unreadable)?;
        queues.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(queues)
    }

    /// Makes the virtual host; whoever makes it may do everything in it.
    #[cfg(test)]
    pub async fn make_vhost(&self) -> Result<(), BusError> {
        self.send(Method::PUT, &["vhosts", &self.vhost], Some(json!({}))).await.map(drop)
    }

    #[cfg(test)]
    pub async fn remove_vhost(&self) -> Result<(), BusError> {
        self.send(Method::DELETE, &["vhosts", &self.vhost], None).await.map(drop)
    }

    /// The answer's content; none for what there is not.
    async fn send(&self, method: Method, path: &[&str], body: Option<Value>) -> Result<Option<Value>, BusError> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("api").extend(path);
        }
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let place = format!("{}:{}", self.base.host_str().unwrap_or_default(), self.base.port().unwrap_or_default());
        let unreachable = |error: reqwest::Error| {
            BusError::Closed(format!(
                "RabbitMQ's management at {place} cannot be reached: {}. Is the plugin rabbitmq_management on, and is \
                 `rabbitmq_management` right?",
                error.without_url()
            ))
        };
        let answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        let text = answer.text().await.map_err(unreachable)?;
        match status.as_u16() {
            404 => Ok(None),
            200..300 => Ok(Some(serde_json::from_str(&text).unwrap_or_default())),
            401 => Err(BusError::Closed(format!(
                "RabbitMQ's management at {place} refuses user {:?}: `rabbitmq_management` needs an administrator's \
                 user and password",
                self.base.username()
            ))),
            code => Err(BusError::Closed(format!("RabbitMQ's management at {place} answers {code}: {text}"))),
        }
    }
}
