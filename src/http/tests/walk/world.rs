//! A cloud in which project red has one of everything.

use axum::body::Body;

use super::entry::{Entry, Who};
use super::red::Red;
use crate::bus::Consumer;
use crate::control::testing::Cloud;
use crate::http::Patience;
use crate::http::tests::{Answer, Front};

pub const HOST: &str = "host";

/// The tokens of those who ask.
#[derive(Clone)]
struct Tokens {
    root: String,
    ann: String,
    eve: String,
    bob: String,
    greta: String,
}

pub struct World {
    pub front: Front,
    pub red: Red,
    tokens: Tokens,
    _host: Consumer,
}

impl World {
    pub async fn new() -> Self {
        let front = Front::new().await;
        let cloud = &front.cloud;
        cloud.heartbeat(HOST).await;
        let (root, ann) = (cloud.person("root", "admins", "admin").await, cloud.person("ann", "red", "member").await);
        let greta = cloud.person("greta", "green", "member").await;
        let tokens = Tokens {
            eve: cloud.person("eve", "red", "reader").await.token,
            bob: cloud.person("bob", "blue", "member").await.token,
            root: root.token,
            greta: greta.token,
            ann: ann.token.clone(),
        };
        let red = Red {
            project: ann.project_id.to_string(),
            ann: ann.user_id.to_string(),
            ann_token: ann.token,
            green: greta.project_id.to_string(),
            admins: root.project_id.to_string(),
            ..Red::default()
        };
        let _host = cloud.willing_host(HOST).await;
        let mut world = Self { front, red, tokens, _host };
        world.furnish().await;
        world
    }

    /// The same world once more, as it is now: what happens there leaves this one alone.
    pub async fn copy(&self) -> Self {
        self.copy_with(Patience::default()).await
    }

    /// As [`Self::copy`], with other patience.
    pub async fn copy_with(&self, patience: Patience) -> Self {
        let cloud = self.front.cloud.copy().await;
        let _host = cloud.willing_host(HOST).await;
        let front = Front::with_patience(cloud, patience);
        Self { front, red: self.red.clone(), tokens: self.tokens.clone(), _host }
    }

    pub fn cloud(&self) -> &Cloud {
        &self.front.cloud
    }

    pub fn token(&self, who: Who) -> &str {
        match who {
            Who::Root => &self.tokens.root,
            Who::Ann => &self.tokens.ann,
            Who::Eve => &self.tokens.eve,
            Who::Bob => &self.tokens.bob,
            Who::Greta => &self.tokens.greta,
        }
    }

    /// Makes the entry's request.
    pub async fn ask(&self, who: Who, entry: &Entry) -> Answer {
        self.ask_with(who, entry, entry.body()).await
    }

    /// Makes the entry's request with another body.
    pub async fn ask_with(&self, who: Who, entry: &Entry, body: impl Into<Body>) -> Answer {
        let version = entry.version.map(|version| format!("compute {version}"));
        let mut headers = vec![("x-auth-token", self.token(who))];
        headers.extend(version.as_deref().map(|version| ("openstack-api-version", version)));
        headers.extend(entry.headers.iter().map(|(name, value)| (*name, value.as_str())));
        self.front.send(entry.method.clone(), &entry.address, &headers, body).await
    }
}
