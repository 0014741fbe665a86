//! A virtual host for one test, on the broker that `scripts/rabbitmq` starts.

use std::sync::Mutex;

use super::{AmqpBus, DeadLetters, Management};
use crate::bus::{BusSettings, Identity, Sender};

/// Gone with everything in it when the test ends.
pub(crate) struct Rabbit {
    pub settings: BusSettings,
    pub management: Management,
    management_url: String,
    hosts: Mutex<Vec<String>>,
}

impl Rabbit {
    /// On the broker that `ARCUS_TEST_AMQP` and `ARCUS_TEST_RABBITMQ_MANAGEMENT` name.
    pub async fn new() -> Self {
        let named = |name: &str| {
            std::env::var(name)
                .unwrap_or_else(|_| panic!("{name} is not set: scripts/test starts a broker and sets it"))
        };
        Self::on(&named("ARCUS_TEST_AMQP"), &named("ARCUS_TEST_RABBITMQ_MANAGEMENT")).await
    }

    pub async fn on(amqp: &str, management_url: &str) -> Self {
        let (server, _) = amqp.rsplit_once('/').unwrap();
        let url = format!("{server}/test-{}", uuid::Uuid::new_v4().simple());
        let settings = BusSettings { url, ca: None, identity: Identity::Control };
        let management = Management::new(management_url, &settings).unwrap();
        management.make_vhost().await.unwrap();
        Self { settings, management, management_url: management_url.to_owned(), hosts: Mutex::default() }
    }

    pub async fn control(&self) -> AmqpBus {
        AmqpBus::connect(&self.settings).await.unwrap()
    }

    /// The settings of a host that control has added.
    pub async fn host(&self, control: &AmqpBus, host: &str) -> BusSettings {
        self.hosts.lock().unwrap().push(host.to_owned());
        self.management.put_host(host, "secret").await.unwrap();
        control.declare_host(host).await.unwrap();
        let (scheme, rest) = self.settings.url.split_once("://").unwrap();
        let (_, place) = rest.rsplit_once('@').unwrap();
        BusSettings {
            url: format!("{scheme}://{}:secret@{place}", Sender::user_of_host(host)),
            ca: None,
            identity: Identity::Host(host.to_owned()),
        }
    }

    pub async fn dead_letters(&self) -> Vec<super::DeadLetter> {
        DeadLetters::open(&self.settings).await.unwrap().list().await.unwrap()
    }
}

impl Drop for Rabbit {
    fn drop(&mut self) {
        // The test's runtime stands still meanwhile, and with it the connections that the management has open.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let management = Management::new(&self.management_url, &self.settings).unwrap();
                let hosts = std::mem::take(&mut *self.hosts.lock().unwrap());
                runtime.block_on(async {
                    for host in hosts {
                        let _ = management.remove_host(&host).await;
                    }
                    let _ = management.remove_vhost().await;
                });
            });
        });
    }
}
