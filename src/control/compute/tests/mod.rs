//! From an accepted request to a host and back, with the records as they really are and a host that only talks.

mod captured;
mod consoles;
mod floating;
mod image_of_snapshots;
mod images;
mod interfaces;
mod launching;
mod lists;
mod metadata;
mod placing;
mod properties;
mod racing;
mod recovery;
mod reports;
mod server_groups;
mod volume_properties;
mod volumes;

use std::sync::Arc;

use super::scheduler::Scheduler;
use crate::bus::contract::{ComputeMessage, ConductorMessage, SchedulerMessage};
use crate::bus::{Envelope, Handler, Outcome, Topic};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::shared::Shared;
use crate::control::store::db;
use crate::control::store::instances::{self, Record};
use crate::control::store::{events, outbox};
use crate::control::testing::Cloud;
use crate::control::workflow::timeline::Request;
use crate::model::host::{Inventory, VolumePool};
use crate::model::instance::{Instance, InstanceFlavor, InstanceImage, InstanceNotes};
use crate::model::state::{PowerState, TaskState, VmState};
use crate::model::step::Step;
use crate::model::{InstanceId, Reason, ServerGroupId};

/// The host of most tests.
const HOST: &str = "host-1";

struct Bench {
    cloud: Cloud,
    ctx: Ctx,
}

impl Bench {
    async fn new() -> Self {
        let cloud = Cloud::new().await;
        let ctx = cloud.system();
        Self { cloud, ctx }
    }

    /// The caller, under another request.
    fn asking(&self, request_id: &str) -> Ctx {
        let mut ctx = self.ctx.clone();
        ctx.request_id = request_id.to_owned();
        ctx
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.cloud.services.shared
    }

    /// A host that reports this much memory, and plenty of the rest.
    async fn host(&self, name: &str, ram_mb: i64) {
        self.host_with(name, ram_mb, None).await;
    }

    /// As [`Self::host`], with its volumes in that pool.
    async fn host_with(&self, name: &str, ram_mb: i64, volume_pool: Option<VolumePool>) {
        let inventory = Inventory {
            host: name.into(),
            availability_zone: "nova".into(),
            address: None,
            guests: true,
            hypervisor_type: "QEMU".into(),
            hypervisor_version: 1,
            arch: "x86_64".into(),
            vcpus: 100,
            ram_mb,
            disk_gb: 1000,
            physical_networks: Vec::new(),
            volume_pool,
            trouble: None,
        };
        self.tell(ConductorMessage::Heartbeat { inventory }).await.unwrap();
    }

    /// An instance as a launch leaves it: written down, announced, not placed.
    async fn launched(&self, name: &str, ram_mb: i64) -> InstanceId {
        self.launched_in(name, ram_mb, None).await
    }

    /// As [`Self::launched`], in a server group.
    async fn launched_in(&self, name: &str, ram_mb: i64, group: Option<&ServerGroupId>) -> InstanceId {
        let now = self.shared().now();
        let id = InstanceId::from(uuid::Uuid::new_v4().to_string());
        let request_id = format!("req-{name}");
        let instance = Instance {
            id: id.clone(),
            project_id: self.ctx.project_id.clone(),
            user_id: self.ctx.user_id.clone(),
            name: name.into(),
            description: None,
            vm_state: VmState::Building,
            task_state: Some(TaskState::Scheduling),
            power_state: PowerState::NoState,
            flavor: InstanceFlavor {
                id: "f".into(),
                name: "f".into(),
                vcpus: 1,
                ram_mb,
                disk_gb: 1,
                extra_specs: Default::default(),
            },
            image: Some(InstanceImage { id: "i".into(), name: "i".into() }),
            key_name: None,
            host: None,
            availability_zone: "nova".into(),
            domain_name: String::new(),
            addresses: vec![],
            security_groups: vec![],
            metadata: Default::default(),
            config_drive: false,
            volumes: vec![],
            fault: None,
            progress: None,
            request_id: request_id.clone(),
            created_at: now,
            updated_at: now,
            launched_at: None,
            deleted_at: None,
            notes: InstanceNotes { server_group: group.cloned(), ..Default::default() },
            version: 1,
        };
        let mut record = Record {
            instance,
            networks: vec![],
            security_groups: vec![],
            public_key: None,
            user_data: None,
            task_request_id: Some(request_id.clone()),
        };
        let grant = policy::check(&self.ctx, Action::Write, "launch").unwrap();
        let mut tx = self.shared().db.write().await.unwrap();
        instances::insert(&mut tx, grant, &mut record).await.unwrap();
        let steps = [Request { instance: &id, id: &request_id }.running(Step::ANNOUNCED, now)];
        events::write(&mut tx, &steps).await.unwrap();
        let place = Envelope::new(&request_id, &self.place_message(&id, &request_id));
        outbox::insert(&mut tx, Topic::scheduler().as_str(), &place, now).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    fn place_message(&self, id: &InstanceId, request_id: &str) -> SchedulerMessage {
        SchedulerMessage::Place { instance_id: id.clone(), request_id: request_id.into(), token: "secret".into() }
    }

    /// Hands the scheduler the launch's message.
    async fn schedule(&self, id: &InstanceId) {
        self.cloud.schedule(id).await;
    }

    /// A launched instance that has a host.
    async fn placed(&self, name: &str, ram_mb: i64) -> InstanceId {
        let id = self.launched(name, ram_mb).await;
        self.schedule(&id).await;
        id
    }

    /// An instance that runs.
    async fn running(&self, name: &str) -> InstanceId {
        let id = self.placed(name, 64).await;
        let request = self.request_of(&id).await;
        self.settled(&id, &request, VmState::Active, PowerState::Running).await.unwrap();
        id
    }

    /// Says something to the conductor.
    async fn tell(&self, message: ConductorMessage) -> Result<serde_json::Value, Reason> {
        self.cloud.tell(message).await
    }

    async fn settled(&self, id: &InstanceId, request: &str, vm: VmState, power: PowerState) -> Result<(), Reason> {
        let message = ConductorMessage::Settled {
            host: HOST.into(),
            instance_id: id.clone(),
            request_id: request.into(),
            vm_state: vm,
            power_state: power,
        };
        self.tell(message).await.map(drop)
    }

    async fn failed(&self, id: &InstanceId, request: &str, vm_state: VmState) -> Result<(), Reason> {
        let message = ConductorMessage::Failed {
            host: HOST.into(),
            instance_id: id.clone(),
            request_id: request.into(),
            vm_state,
            power_state: PowerState::NoState,
            reason: Reason::HypervisorRefused { why: "on purpose".into() },
        };
        self.tell(message).await.map(drop)
    }

    async fn find(&self, id: &InstanceId) -> Option<Instance> {
        instances::find(self.shared().db.read(), id).await.unwrap().map(|record| record.instance)
    }

    async fn instance(&self, id: &InstanceId) -> Instance {
        self.find(id).await.expect("the instance exists")
    }

    async fn request_of(&self, id: &InstanceId) -> String {
        self.cloud.launch_request(id).await
    }

    /// The request of the running task.
    async fn task_request(&self, id: &InstanceId) -> Option<String> {
        instances::find(self.shared().db.read(), id).await.unwrap()?.task_request_id
    }

    /// A port as the agent makes it for a launch, on a network of its own.
    async fn port(&self, id: &InstanceId) {
        const NETWORK: &str = "INSERT INTO networks (id, project_id, name, description, admin_state_up, shared, \
            external, mtu, provider_type, port_security, created_at, updated_at) \
            VALUES ($1, 'system', 'n', '', TRUE, FALSE, FALSE, 1450, 'local', TRUE, $2, $2)";
        const PORT: &str = "INSERT INTO ports (id, network_id, project_id, name, mac, device_id, device_owner, host, \
            status, admin_state_up, device_index, created_by_launch, created_at) \
            VALUES ($1, $1, 'system', '', $1, $2, 'compute:nova', $3, 'ACTIVE', TRUE, 0, TRUE, $4)";
        let name = uuid::Uuid::new_v4().to_string();
        let now = self.shared().now();
        let mut tx = self.shared().db.write().await.unwrap();
        db::query(NETWORK).bind(&name).bind(now).execute(&mut *tx).await.unwrap();
        db::query(PORT).bind(&name).bind(id).bind(HOST).bind(now).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn count(&self, what: &'static str) -> i64 {
        db::query_scalar(what).fetch_one(self.shared().db.read()).await.unwrap()
    }

    async fn allocations(&self) -> i64 {
        self.count("SELECT count(*) FROM allocations").await
    }

    async fn ports(&self) -> i64 {
        self.count("SELECT count(*) FROM ports").await
    }

    /// What waits for a host.
    async fn messages_to(&self, host: &str) -> Vec<ComputeMessage> {
        let topic = Topic::compute(host);
        let waiting = outbox::after(self.shared().db.read(), 0, 1000).await.unwrap();
        let for_host = waiting.into_iter().filter(|row| row.topic == topic.as_str());
        for_host.map(|row| row.envelope.open().unwrap()).collect()
    }

    /// Every message is delivered and done.
    async fn outbox_emptied(&self) {
        let mut tx = self.shared().db.write().await.unwrap();
        db::query("DELETE FROM outbox").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}
