//! A cloud in a temporary directory with a clock of its own, for tests of the services.

mod home;
mod host;
mod records;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;

use super::identity::Scope;
use super::image::ImportHosts;
use super::image::importing::{PATIENT, World};
use super::{Clock, Ctx, Schema, Services, Settings, store};
use crate::bus::Bus;
use crate::bus::memory::MemoryBus;
use crate::model::host::Inventory;
use crate::model::identity::Project;
use crate::model::{ProjectId, Timestamp, UserId};
pub use home::Home;

/// The password of everybody in these tests.
pub const PASSWORD: &str = "correct horse";

/// A clock that moves when told to.
pub struct ManualClock(Mutex<Timestamp>);

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl ManualClock {
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

pub struct Cloud {
    pub services: Services,
    pub clock: Arc<ManualClock>,
    pub home: Home,
}

impl Cloud {
    pub async fn new() -> Self {
        let home = Home::new().await;
        let start = "2030-01-01T00:00:00Z".parse().unwrap();
        let clock = Arc::new(ManualClock(Mutex::new(start)));
        let services = open(&home, clock.clone()).await;
        Self { services, clock, home }
    }

    /// The same state directory after a restart.
    pub async fn restarted(self) -> Self {
        let services = open(&self.home, self.clock.clone()).await;
        Self { services, ..self }
    }

    /// Another process on the same records and the same bus.
    pub async fn beside(&self) -> Services {
        open_on(&self.home, self.clock.clone(), self.services.shared.bus.clone()).await
    }

    /// Arcus itself.
    pub fn system(&self) -> Ctx {
        Ctx::system("system".into(), self.clock.now())
    }

    /// A host says that it is there, with 4 vCPUs, 1024 MiB and 10 GiB.
    pub async fn heartbeat(&self, host: &str) {
        let inventory = Inventory {
            host: host.into(),
            availability_zone: "nova".into(),
            address: None,
            guests: true,
            hypervisor_type: "QEMU".into(),
            hypervisor_version: 1,
            arch: "x86_64".into(),
            vcpus: 4,
            ram_mb: 1024,
            disk_gb: 10,
            physical_networks: Vec::new(),
            volume_pool: None,
            trouble: None,
        };
        let mut tx = self.services.shared.db.write().await.unwrap();
        store::hosts::heartbeat(&mut tx, &inventory, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn project(&self, name: &str) -> Project {
        let known = self.services.identity.projects(&self.system()).await.unwrap();
        match known.into_iter().find(|project| project.name == name) {
            Some(project) => project,
            None => self.services.identity.create_project(&self.system(), &"default".into(), name, "").await.unwrap(),
        }
    }

    pub async fn grant(&self, user: &UserId, project: &ProjectId, role: &str) {
        let roles = self.services.identity.roles(&self.system()).await.unwrap();
        let role = roles.into_iter().find(|known| known.name == role).unwrap();
        self.services.identity.grant(&self.system(), user, project, &role.id).await.unwrap();
    }

    /// A new user with one role in the project of that name, signed in.
    pub async fn person(&self, user: &str, project: &str, role: &str) -> Ctx {
        let project = self.project(project).await;
        let identity = &self.services.identity;
        let made = identity.create_user(&self.system(), &"default".into(), user, PASSWORD, Some(&project.id)).await;
        self.grant(&made.unwrap().id, &project.id, role).await;
        let issued = identity.login("Default", user, PASSWORD, Scope::Default, None).await.unwrap();
        Ctx::from_token(&issued.token, &issued.info, "req-test").unwrap()
    }
}

async fn open(home: &Home, clock: Arc<ManualClock>) -> Services {
    open_on(home, clock, Arc::new(MemoryBus::new())).await
}

async fn open_on(home: &Home, clock: Arc<ManualClock>, bus: Arc<dyn Bus>) -> Services {
    let settings = Settings {
        state_dir: home.dir.path().join("state"),
        database: home.database(),
        schema: Schema::Migrate,
        token_lifetime: Duration::from_secs(3600),
        console_lifetime: Duration::from_secs(600),
        cpu_ratio: 4.0,
        ram_ratio: 1.0,
        disk_ratio: 1.0,
        host_down_after: Duration::from_secs(60),
        reconcile_every: Duration::from_secs(10),
        launch_deadline: Duration::from_secs(600),
        tenant_vlans: None,
        image_import: ImportHosts::default(),
        image_import_max: 0,
        crash_at_step: None,
    };
    let mut services = Services::open(settings, bus, clock).await.unwrap();
    // Any name may be fetched from, and none leads anywhere.
    services.image = services.image.in_world("*", World::default(), PATIENT);
    services
}
