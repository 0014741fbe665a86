//! A pretended control side for tests of the agent: the conductor's answers and the three REST services, all from one
//! set of records.

mod api;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::{Agent, Ceph, Driver, Settings, VolumeBackend};
use crate::bus::contract::{
    AttachmentNews, AttachmentPlan, ComputeMessage, ConductorMessage, FirewallPlan, InstanceBrief, InstanceMetadata,
    InstanceSpec, MetadataOf, NetworkPlan, NicSpec, PortPlan, RouterPlan, Segment, SubnetPlan, VolumeNews, VolumePlan,
};
use crate::bus::memory::MemoryBus;
use crate::bus::{self, Bus, Consumer, Envelope, Handler, Outcome, Topic};
use crate::model::network::{bridge_name, tap_name};
use crate::model::state::{PowerState, TaskState, Verb, VmState};
use crate::model::step::{StepEvent, StepResult};
use crate::model::volume::{AttachStatus, SnapshotStatus, VolumeStatus};
use crate::model::{AttachmentId, InstanceId, NetworkId, Noun, PortId, Reason, VolumeId};

pub const HOST: &str = "host1";
pub const NETWORK: &str = "0e0e0e0e-1111-4222-8333-444455556666";
pub const TOKEN: &str = "the user's token";

/// What the pretended control side knows and has heard.
#[derive(Default)]
pub struct Records {
    pub image: Vec<u8>,
    /// What the image service says; the data's true one unless a test lies.
    pub sha256: String,
    pub downloads: u32,
    /// Images that wait for data, with what came.
    pub queued: BTreeMap<String, Option<Vec<u8>>>,
    /// Images that are gone.
    pub gone_images: BTreeSet<String>,
    /// How many uploads of an image break off.
    pub broken_uploads: u32,
    pub specs: BTreeMap<InstanceId, InstanceSpec>,
    /// How many requests for a port are carried out without their answer getting through.
    pub lost_answers: u32,
    pub plan: Option<NetworkPlan>,
    pub volumes: BTreeMap<VolumeId, VolumePlan>,
    pub attachments: BTreeMap<InstanceId, Vec<AttachmentPlan>>,
    /// What was heard of volumes, but for progress.
    pub volume_news: Vec<(VolumeId, VolumeNews)>,
    pub attachment_news: Vec<(AttachmentId, AttachmentNews)>,
    pub steps: Vec<StepEvent>,
    /// Every `Settled`, `Failed` and `Power`, in order.
    pub ends: Vec<ConductorMessage>,
}

/// The pretended control side.
pub struct Control {
    records: Arc<Mutex<Records>>,
    news: watch::Sender<u64>,
    pub bus: Arc<MemoryBus>,
    api_url: String,
    _conductor: Consumer,
    state_dir: tempfile::TempDir,
}

impl Control {
    /// Starts with one image, one network with DHCP, and no instance.
    pub async fn start(image: Vec<u8>) -> Self {
        let sha256 = hex::encode(Sha256::digest(&image));
        let records = Records { image, sha256, plan: Some(plan()), ..Records::default() };
        let records = Arc::new(Mutex::new(records));
        let bus = Arc::new(MemoryBus::new());
        let news = watch::Sender::new(0);
        let conductor = Arc::new(Conductor { records: records.clone(), news: news.clone() });
        let _conductor = bus.consume(Topic::conductor(), 8, conductor).await.unwrap();
        let api_url = api::serve(records.clone()).await;
        let state_dir = tempfile::tempdir().unwrap();
        Self { records, news, bus, api_url, _conductor, state_dir }
    }

    /// An agent on this control side; a second one finds what the first left.
    pub async fn agent(&self, driver: Driver) -> Agent {
        let settings = Settings {
            host: HOST.into(),
            availability_zone: "nova".into(),
            state_dir: self.state_dir.path().join("state"),
            api_url: self.api_url.clone(),
            driver,
            heartbeat_every: Duration::from_secs(1),
            reconcile_every: Duration::from_secs(1),
            crash_at_step: None,
            bridge_mappings: BTreeMap::new(),
            host_network: None,
            console: None,
            volume_ports: "22100-22199".parse().unwrap(),
            volume_backend: VolumeBackend::File,
            ceph: Ceph { conf: "none".into(), user: None, keyring: "none".into() },
        };
        Agent::start(settings, self.bus.clone()).await.unwrap()
    }

    /// Where the agent keeps its files.
    pub fn state_dir(&self) -> std::path::PathBuf {
        self.state_dir.path().join("state")
    }

    /// Looks at or changes the records.
    pub fn with<T>(&self, act: impl FnOnce(&mut Records) -> T) -> T {
        act(&mut self.records.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until the records are so; each test ends one way or another.
    pub async fn until(&self, what: &str, is_so: impl Fn(&Records) -> bool) {
        let mut news = self.news.subscribe();
        let so = async {
            while !self.with(|records| is_so(records)) {
                // News may also come from the REST side, which does not tell.
                let _ = tokio::time::timeout(Duration::from_millis(50), news.changed()).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(90), so).await.unwrap_or_else(|_| panic!("never: {what}"));
    }

    /// Records an instance that is to be built.
    pub fn place(&self, id: &str) -> InstanceId {
        let id = InstanceId::from(id);
        let spec = InstanceSpec {
            instance_id: id.clone(),
            project_id: "p1".into(),
            name: "web".into(),
            hostname: "web".into(),
            domain_name: format!("instance-{}", &id.as_str()[..8]),
            vcpus: 1,
            ram_mb: 64,
            disk_gb: 1,
            image_id: Some("11111111-2222-4333-8444-555555555555".into()),
            uploads_to: None,
            nics: vec![NicSpec { network_id: NETWORK.into(), fixed_ip: None, port_id: None }],
            security_groups: vec!["g1".into()],
            public_key: None,
            user_data: None,
            config_drive: false,
            metadata: BTreeMap::new(),
            availability_zone: "nova".into(),
            vm_state: VmState::Building,
            task_state: Some(TaskState::Scheduling),
        };
        self.with(|records| records.specs.insert(id.clone(), spec));
        id
    }

    /// Sends the message that begins a launch.
    pub async fn build(&self, id: &InstanceId) {
        self.build_with_token(id, TOKEN).await;
    }

    /// As [`Control::build`], with a token that may not be good.
    pub async fn build_with_token(&self, id: &InstanceId, token: &str) {
        let (instance_id, request_id) = (id.clone(), "req-build".to_owned());
        self.cast(&ComputeMessage::Build { instance_id, request_id, token: token.to_owned() }).await;
    }

    /// Records and sends a verb.
    pub async fn act(&self, id: &InstanceId, verb: Verb) {
        self.with(|records| records.specs.get_mut(id).unwrap().task_state = Some(verb.task()));
        let message = ComputeMessage::Act {
            instance_id: id.clone(),
            request_id: format!("req-{verb}"),
            verb,
            token: Some(TOKEN.into()),
        };
        self.cast(&message).await;
    }

    /// Records and sends a verb, and waits for its end.
    pub async fn act_and_wait(&self, id: &InstanceId, verb: Verb) -> ConductorMessage {
        let before = self.with(|records| records.ends.len());
        self.act(id, verb).await;
        self.until(verb.as_str(), |records| end_of(&records.ends[before..], id).is_some()).await;
        self.with(|records| end_of(&records.ends[before..], id).cloned().unwrap())
    }

    /// Records a further port of the instance.
    pub fn add_port(&self, id: &InstanceId) -> PortId {
        self.with(|records| {
            let ports = &mut records.plan.as_mut().unwrap().ports;
            let port_id = PortId::from("77777777-2222-4333-8444-555555555555");
            let first = ports.iter().find(|port| port.device_id == id.as_str()).unwrap();
            let mac = "fa:16:3e:00:00:99".into();
            let port = PortPlan { tap: tap_name(&port_id), port_id: port_id.clone(), mac, ip: None, ..first.clone() };
            ports.push(port);
            port_id
        })
    }

    /// Has the agent compare the instance's NICs with the records.
    pub async fn rewire(&self, id: &InstanceId, without: Option<&PortId>) -> Result<(), bus::BusError> {
        let message = ComputeMessage::Rewire {
            instance_id: id.clone(),
            request_id: "req-rewire".into(),
            without: without.cloned(),
        };
        bus::ask(&*self.bus, &Topic::compute(HOST), "req-rewire", &message, Duration::from_secs(30)).await
    }

    /// Has the agent do what the records want of a volume, and waits until it has.
    pub async fn work(&self, id: &VolumeId, token: Option<&str>) {
        let (volume_id, request_id) = (id.clone(), "req-volume".to_owned());
        let message = ComputeMessage::Volume { volume_id, request_id, token: token.map(str::to_owned) };
        let () =
            bus::ask(&*self.bus, &Topic::compute(HOST), "req-volume", &message, Duration::from_secs(60)).await.unwrap();
    }

    /// Has the agent compare an instance's volumes with the records, and waits until it has.
    pub async fn replug(&self, id: &InstanceId) {
        let message = ComputeMessage::Volumes { instance_id: id.clone(), request_id: "req-volumes".into() };
        let () = bus::ask(&*self.bus, &Topic::compute(HOST), "req-volumes", &message, Duration::from_secs(60))
            .await
            .unwrap();
    }

    /// The end of an instance's latest launch or verb, once there is one.
    pub async fn end(&self, id: &InstanceId) -> ConductorMessage {
        self.until("an end", |records| end_of(&records.ends, id).is_some()).await;
        self.with(|records| end_of(&records.ends, id).cloned().unwrap())
    }

    /// The latest result of each step of an instance, by number.
    pub fn step_results(&self, id: &InstanceId) -> BTreeMap<u8, StepResult> {
        self.with(|records| {
            let own = records.steps.iter().filter(|event| event.instance_id == *id);
            own.filter_map(|event| Some((event.step?.number(), event.result))).collect()
        })
    }

    async fn cast(&self, message: &ComputeMessage) {
        // The confirmation comes when the agent is done, which the tests see for themselves.
        drop(self.bus.cast(&Topic::compute(HOST), Envelope::new("req", message)).await.unwrap());
    }
}

fn end_of<'a>(ends: &'a [ConductorMessage], id: &InstanceId) -> Option<&'a ConductorMessage> {
    ends.iter().rev().find(|message| match message {
        ConductorMessage::Settled { instance_id, .. } | ConductorMessage::Failed { instance_id, .. } => {
            instance_id == id
        }
        _ => false,
    })
}

fn plan() -> NetworkPlan {
    let network_id = NetworkId::from(NETWORK);
    NetworkPlan {
        bridge: bridge_name(&network_id),
        network_id,
        name: "private".into(),
        segment: Segment::Local,
        admin_state_up: true,
        mtu: 1450,
        subnets: vec![SubnetPlan {
            subnet_id: "5b5b5b5b-1111-4222-8333-444455556666".into(),
            cidr: "10.0.0.0/24".parse().unwrap(),
            gateway_ip: "10.0.0.1".parse().ok(),
            enable_dhcp: true,
            dhcp_ip: "10.0.0.2".parse().ok(),
            dns_nameservers: Vec::new(),
            host_routes: Vec::new(),
        }],
        ports: Vec::new(),
    }
}

struct Conductor {
    records: Arc<Mutex<Records>>,
    news: watch::Sender<u64>,
}

#[async_trait]
impl Handler for Conductor {
    async fn handle(&self, message: Envelope) -> Outcome {
        let outcome = answer(&mut self.records.lock().unwrap_or_else(PoisonError::into_inner), message.open().unwrap());
        self.news.send_modify(|count| *count += 1);
        outcome
    }
}

fn answer(records: &mut Records, message: ConductorMessage) -> Outcome {
    match message {
        ConductorMessage::Instance { instance_id, .. } => match records.specs.get(&instance_id) {
            Some(spec) => bus::answer(spec),
            None => Outcome::Done(Err(Reason::NotFound { noun: Noun::Instance, id: instance_id.to_string() })),
        },
        ConductorMessage::InstancesOn { .. } => bus::answer(&briefs(records)),
        ConductorMessage::PortsOf { instance_id, .. } => bus::answer(&ports_of(records, &instance_id)),
        ConductorMessage::NetworksOn { .. } => bus::answer(&used_plan(records).into_iter().collect::<Vec<_>>()),
        ConductorMessage::Network { .. } => bus::answer(&used_plan(records)),
        ConductorMessage::RoutersOn { .. } => bus::answer(&Vec::<RouterPlan>::new()),
        ConductorMessage::Router { .. } => bus::answer(&None::<RouterPlan>),
        ConductorMessage::Firewall { .. } => bus::answer(&FirewallPlan::default()),
        ConductorMessage::Heartbeat { .. } | ConductorMessage::Task { .. } => bus::answer(&()),
        ConductorMessage::Steps { events, .. } => {
            records.steps.extend(events);
            bus::answer(&())
        }
        ConductorMessage::Metadata { of, .. } => bus::answer(&metadata(records, &of)),
        ConductorMessage::VolumesOf { instance_id, .. } => bus::answer(&attachments_of(records, &instance_id)),
        ConductorMessage::Volume { volume_id, .. } => bus::answer(&records.volumes.get(&volume_id)),
        ConductorMessage::VolumesOn { .. } => bus::answer(&records.volumes.values().collect::<Vec<_>>()),
        ConductorMessage::VolumeNews { volume_id, news, .. } => {
            hear(records, &volume_id, news);
            bus::answer(&())
        }
        ConductorMessage::AttachmentNews { instance_id, attachment_id, news, .. } => {
            settle_attachment(records, &instance_id, &attachment_id, &news);
            records.attachment_news.push((attachment_id, news));
            bus::answer(&())
        }
        ended => {
            if let ConductorMessage::Settled { instance_id, vm_state, .. }
            | ConductorMessage::Failed { instance_id, vm_state, .. } = &ended
            {
                settle(records, instance_id, *vm_state);
            }
            records.ends.push(ended);
            bus::answer(&())
        }
    }
}

/// The attachments of an instance, each with what its volume is now.
fn attachments_of(records: &Records, id: &InstanceId) -> Vec<AttachmentPlan> {
    let current = |plan: &AttachmentPlan| match records.volumes.get(&plan.volume_id) {
        Some(volume) => AttachmentPlan { volume_status: volume.status, ..plan.clone() },
        None => plan.clone(),
    };
    records.attachments.get(id).into_iter().flatten().map(current).collect()
}

fn hear(records: &mut Records, id: &VolumeId, news: VolumeNews) {
    if matches!(news, VolumeNews::Progress { .. }) {
        return;
    }
    let plan = records.volumes.get_mut(id).unwrap();
    match &news {
        VolumeNews::Done { status: VolumeStatus::Deleting } => {
            records.volumes.remove(id);
        }
        VolumeNews::Done { .. } => plan.status = VolumeStatus::Available,
        VolumeNews::Failed { .. } => plan.status = VolumeStatus::Error,
        VolumeNews::SnapshotDone { snapshot_id, status: SnapshotStatus::Deleting } => {
            plan.snapshots.retain(|snapshot| snapshot.snapshot_id != *snapshot_id);
        }
        VolumeNews::SnapshotDone { snapshot_id, .. } => {
            let snapshot = plan.snapshots.iter_mut().find(|snapshot| snapshot.snapshot_id == *snapshot_id);
            snapshot.unwrap().status = SnapshotStatus::Available;
        }
        VolumeNews::SnapshotFailed { snapshot_id, .. } => {
            let snapshot = plan.snapshots.iter_mut().find(|snapshot| snapshot.snapshot_id == *snapshot_id);
            snapshot.unwrap().status = SnapshotStatus::Error;
        }
        VolumeNews::Progress { .. } => {}
    }
    records.volume_news.push((id.clone(), news));
}

fn settle_attachment(records: &mut Records, id: &InstanceId, attachment: &AttachmentId, news: &AttachmentNews) {
    let plans = records.attachments.entry(id.clone()).or_default();
    match news {
        AttachmentNews::Attached => {
            for plan in plans.iter_mut().filter(|plan| plan.attachment_id == *attachment) {
                plan.status = AttachStatus::Attached;
            }
        }
        AttachmentNews::Detached => plans.retain(|plan| plan.attachment_id != *attachment),
        AttachmentNews::Failed { .. } => plans.retain_mut(|plan| {
            let is_it = plan.attachment_id == *attachment;
            let stays = !is_it || plan.status == AttachStatus::Detaching;
            if is_it {
                plan.status = AttachStatus::Attached;
            }
            stays
        }),
    }
}

fn metadata(records: &Records, of: &MetadataOf) -> Option<InstanceMetadata> {
    let ports = records.plan.iter().flat_map(|plan| &plan.ports);
    let id = match of {
        MetadataOf::Instance { instance_id } => instance_id.clone(),
        MetadataOf::Network { network_id, ip } => {
            let mut there = ports.filter(|port| port.network_id == *network_id && port.ip == Some(*ip));
            InstanceId::from(there.next()?.device_id.as_str())
        }
        MetadataOf::Router { .. } => return None,
    };
    let spec = records.specs.get(&id)?;
    Some(InstanceMetadata {
        instance_id: id,
        project_id: spec.project_id.clone(),
        number: 1,
        name: spec.name.clone(),
        hostname: spec.hostname.clone(),
        availability_zone: spec.availability_zone.clone(),
        flavor_name: "tiny".into(),
        image_id: spec.image_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        public_key: spec.public_key.clone(),
        user_data: spec.user_data.clone(),
        metadata: spec.metadata.clone(),
        security_groups: Vec::new(),
        nics: Vec::new(),
        public_ipv4: None,
    })
}

fn settle(records: &mut Records, id: &InstanceId, vm_state: VmState) {
    if matches!(vm_state, VmState::Deleted | VmState::Error)
        && let Some(plan) = &mut records.plan
    {
        plan.ports.retain(|port| port.device_id != id.as_str());
    }
    if vm_state == VmState::Deleted {
        records.specs.remove(id);
    } else if let Some(spec) = records.specs.get_mut(id) {
        (spec.vm_state, spec.task_state) = (vm_state, None);
    }
}

fn used_plan(records: &Records) -> Option<&NetworkPlan> {
    records.plan.as_ref().filter(|plan| !plan.ports.is_empty())
}

fn ports_of(records: &Records, id: &InstanceId) -> Vec<PortPlan> {
    let ports = records.plan.iter().flat_map(|plan| &plan.ports);
    ports.filter(|port| port.device_id == id.as_str()).cloned().collect()
}

fn briefs(records: &Records) -> Vec<InstanceBrief> {
    let brief = |spec: &InstanceSpec| InstanceBrief {
        instance_id: spec.instance_id.clone(),
        domain_name: spec.domain_name.clone(),
        vm_state: spec.vm_state,
        task_state: spec.task_state,
        power_state: PowerState::Running,
        ports: ports_of(records, &spec.instance_id),
        volumes: attachments_of(records, &spec.instance_id),
    };
    records.specs.values().map(brief).collect()
}
