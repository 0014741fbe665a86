//! Launch requests: what is refused, and what one that is accepted leaves behind.

use super::*;
use crate::control::store::db;
use crate::model::flavor::NewFlavor;
use crate::model::launch::{LaunchRequest, NicRequest};
use crate::model::network::{Network, NewNetwork, NewSubnet};
use crate::model::quota::Resource;
use crate::model::scheduling::Refusal;
use crate::model::server_group::{NewServerGroup, Policy};
use crate::model::step::StepResult;
use crate::model::{Error, Kind, NetworkId};

const IMAGE: &str = "image-1";

/// A cloud with a flavor, an image, a network with a subnet, a host, and somebody who may launch.
pub(super) struct Stage {
    pub bench: Bench,
    pub user: Ctx,
    network: NetworkId,
}

impl Stage {
    pub async fn new() -> Self {
        let bench = Bench::new().await;
        bench.host(HOST, 10_000).await;
        let compute = &bench.cloud.services.compute;
        for (name, ram_mb, disk_gb) in [("small", 64, 1), ("tiny", 16, 1)] {
            let flavor = NewFlavor {
                id: Some(name.into()),
                name: name.into(),
                vcpus: 1,
                ram_mb,
                disk_gb,
                is_public: true,
                ..NewFlavor::default()
            };
            compute.create_flavor(&bench.ctx, flavor).await.unwrap();
        }
        let image = "INSERT INTO images (id, name, owner, status, visibility, protected, disk_format, virtual_size, \
            min_disk, min_ram, properties, created_at, updated_at) \
            VALUES ($1, 'cirros', 'system', $2, 'public', FALSE, 'qcow2', 1000, 0, 32, '{}', $3, $3)";
        let now = bench.shared().now();
        let mut tx = bench.shared().db.write().await.unwrap();
        db::query(image).bind(IMAGE).bind("active").bind(now).execute(&mut *tx).await.unwrap();
        db::query(image).bind("image-2").bind("queued").bind(now).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let user = bench.cloud.person("ann", "p", "member").await;
        let network = network(&bench, &user, "net").await;
        subnet(&bench, &user, &network.id, "10.0.0.0/24").await;
        Self { bench, user, network: network.id }
    }

    pub fn request(&self) -> LaunchRequest {
        LaunchRequest {
            name: "vm".into(),
            description: None,
            flavor_id: "small".into(),
            image_id: Some(IMAGE.into()),
            networks: vec![],
            security_groups: vec![],
            key_name: None,
            user_data: None,
            config_drive: false,
            availability_zone: None,
            metadata: Default::default(),
            count: 1,
            more: Default::default(),
        }
    }

    async fn launch(&self, request: LaunchRequest) -> Result<Vec<Instance>, Error> {
        self.bench.cloud.services.compute.launch(&self.user, request).await
    }

    async fn refused(&self, change: impl FnOnce(&mut LaunchRequest)) -> Error {
        let mut request = self.request();
        change(&mut request);
        let error = self.launch(request).await.expect_err("it should be refused");
        assert_eq!(self.bench.count("SELECT count(*) FROM instances").await, 0, "{error}");
        assert_eq!(self.bench.count("SELECT count(*) FROM outbox").await, 0, "{error}");
        error
    }

    fn nic(&self, fixed_ip: Option<&str>) -> NicRequest {
        NicRequest { network_id: self.network.clone(), fixed_ip: fixed_ip.map(str::to_owned), port_id: None }
    }
}

pub(super) async fn network(bench: &Bench, ctx: &Ctx, name: &str) -> Network {
    let network = NewNetwork {
        name: name.into(),
        description: String::new(),
        admin_state_up: true,
        shared: false,
        external: false,
        mtu: None,
        provider_type: None,
        physical_network: None,
        segmentation_id: None,
        port_security: None,
    };
    bench.cloud.services.network.create_network(ctx, network).await.unwrap()
}

pub(super) async fn subnet(bench: &Bench, ctx: &Ctx, network: &NetworkId, cidr: &str) {
    let subnet = NewSubnet {
        network_id: network.to_string(),
        name: String::new(),
        cidr: cidr.into(),
        enable_dhcp: true,
        ..NewSubnet::default()
    };
    bench.cloud.services.network.create_subnet(ctx, subnet).await.unwrap();
    bench.outbox_emptied().await;
}

#[tokio::test]
async fn an_accepted_launch_is_written_announced_and_on_its_timeline() {
    let stage = Stage::new().await;
    let [instance] = stage.launch(stage.request()).await.unwrap().try_into().unwrap();
    assert_eq!((instance.status().as_str(), instance.task_state), ("BUILD", Some(TaskState::Scheduling)));
    assert_eq!((instance.security_groups.as_slice(), instance.host), (&["default".to_owned()][..], None));
    assert_eq!(instance.domain_name, "instance-00000001");

    let rows = stage.bench.cloud.services.compute.timeline(&stage.user, &instance.id).await.unwrap();
    let steps: Vec<_> = rows.iter().map(|row| (row.step.unwrap().number(), row.result)).collect();
    let mut expected: Vec<_> = (1..=7).map(|number| (number, StepResult::Done)).collect();
    expected.push((8, StepResult::Running));
    assert_eq!(steps, expected);

    let waiting = outbox::after(stage.bench.shared().db.read(), 0, 10).await.unwrap();
    let [row] = waiting.as_slice() else { panic!("{waiting:?}") };
    let SchedulerMessage::Place { instance_id, token, .. } = row.envelope.open().unwrap();
    assert_eq!((row.topic.as_str(), instance_id, token), ("scheduler", instance.id, stage.user.token.clone()));
}

#[tokio::test]
async fn several_at_once_are_numbered_and_counted_together() {
    let stage = Stage::new().await;
    let request = LaunchRequest { count: 3, ..stage.request() };
    let names: Vec<String> =
        stage.launch(request.clone()).await.unwrap().into_iter().map(|instance| instance.name).collect();
    assert_eq!(names, ["vm-1", "vm-2", "vm-3"]);
    let system = stage.bench.cloud.system();
    let quota = &stage.bench.cloud.services.quota;
    quota.set(&system, &stage.user.project_id, Resource::Instances, 5).await.unwrap();
    let refused = stage.launch(request).await.unwrap_err();
    let numbers = Reason::QuotaExceeded { resource: "instances".into(), requested: 3, used: 3, limit: 5 };
    assert_eq!(refused.reason, numbers);
    assert_eq!(stage.bench.count("SELECT count(*) FROM instances").await, 3, "all or nothing");
}

#[tokio::test]
async fn each_field_at_fault_is_named() {
    let stage = Stage::new().await;
    let field = |error: Error| error.field.unwrap();
    assert_eq!(field(stage.refused(|request| request.name = " ".into()).await), "name");
    assert_eq!(field(stage.refused(|request| request.count = 0).await), "count");
    assert_eq!(field(stage.refused(|request| request.count = 51).await), "count");
    assert_eq!(field(stage.refused(|request| request.flavor_id = "none".into()).await), "flavor_id");
    assert_eq!(field(stage.refused(|request| request.flavor_id = "tiny".into()).await), "flavor_id");
    assert_eq!(field(stage.refused(|request| request.image_id = Some("none".into())).await), "image_id");
    assert_eq!(field(stage.refused(|request| request.image_id = Some("image-2".into())).await), "image_id");
    assert_eq!(field(stage.refused(|request| request.key_name = Some("none".into())).await), "key_name");
    assert_eq!(field(stage.refused(|request| request.user_data = Some("x".repeat(16 * 1024 + 1))).await), "user_data");
    assert_eq!(field(stage.refused(|request| request.security_groups = vec!["none".into()]).await), "security_groups");
    let zone = |request: &mut LaunchRequest| request.availability_zone = Some("mars".into());
    assert_eq!(field(stage.refused(zone).await), "availability_zone");
    let metadata = |request: &mut LaunchRequest| {
        request.metadata.insert(String::new(), "value".into());
    };
    assert_eq!(field(stage.refused(metadata).await), "metadata");
}

#[tokio::test]
async fn addresses_are_checked_before_anything_is_written() {
    let stage = Stage::new().await;
    let nics = |nics: Vec<NicRequest>| move |request: &mut LaunchRequest| request.networks = nics;
    let unknown = NicRequest { network_id: "none".into(), fixed_ip: None, port_id: None };
    assert!(matches!(stage.refused(nics(vec![unknown])).await.reason, Reason::NotFound { .. }));
    let outside = stage.refused(nics(vec![stage.nic(Some("10.0.1.5"))])).await.reason;
    assert_eq!(outside, Reason::AddressOutsideSubnet { address: "10.0.1.5".into(), cidr: "10.0.0.0/24".into() });
    let gateway = stage.refused(nics(vec![stage.nic(Some("10.0.0.1"))])).await.reason;
    assert_eq!(gateway, Reason::AddressInUse { address: "10.0.0.1".into() });
    let nonsense = stage.refused(nics(vec![stage.nic(Some("ten"))])).await.reason;
    assert_eq!(nonsense, Reason::BadAddress { value: "ten".into() });
    let fixed = vec![stage.nic(Some("10.0.0.9"))];
    let two = move |request: &mut LaunchRequest| (request.networks, request.count) = (fixed, 2);
    assert_eq!(stage.refused(two).await.field.as_deref(), Some("count"));
}

#[tokio::test]
async fn the_only_usable_network_is_taken_and_of_several_one_must_be_chosen() {
    let stage = Stage::new().await;
    let bare = network(&stage.bench, &stage.user, "bare").await;
    let choice = NicRequest { network_id: bare.id.clone(), fixed_ip: None, port_id: None };
    let no_subnet = stage.refused(|request| request.networks = vec![choice]).await.reason;
    assert_eq!(no_subnet, Reason::NetworkWithoutSubnet { network: "bare".into() });
    subnet(&stage.bench, &stage.user, &bare.id, "10.9.0.0/24").await;
    let several = stage.refused(|_| {}).await.reason;
    assert_eq!(several, Reason::SeveralNetworks { choices: "bare, net".into() });
}

#[tokio::test]
async fn readers_and_revoked_tokens_launch_nothing() {
    let stage = Stage::new().await;
    let reader = stage.bench.cloud.person("rob", "p", "reader").await;
    let compute = &stage.bench.cloud.services.compute;
    let refused = compute.launch(&reader, stage.request()).await.unwrap_err();
    assert!(matches!(refused.reason, Reason::Forbidden { .. }), "{refused}");
    stage.bench.cloud.services.identity.revoke(&stage.user.token).await.unwrap();
    let refused = stage.launch(stage.request()).await.unwrap_err();
    assert_eq!(refused.reason, Reason::NotAuthenticated);
    assert_eq!(stage.bench.count("SELECT count(*) FROM instances").await, 0);
}

#[tokio::test]
async fn a_dry_run_asks_the_server_group_as_the_launch_would() {
    let stage = Stage::new().await;
    let compute = &stage.bench.cloud.services.compute;
    let apart = NewServerGroup { name: "apart".into(), policy: Policy::AntiAffinity, max_per_host: 1 };
    let group = compute.create_server_group(&stage.user, apart.clone()).await.unwrap().id;
    let mut request = stage.request();
    request.more.server_group = Some(group);
    assert_eq!(compute.dry_run(&stage.user, &request).await.unwrap().candidates.len(), 1);

    let first = stage.launch(request.clone()).await.unwrap().remove(0).id;
    stage.bench.schedule(&first).await;
    let decision = compute.dry_run(&stage.user, &request).await.unwrap();
    assert_eq!(decision.candidates, []);
    let refused = &decision.filters.last().unwrap().refused[0];
    assert_eq!(refused.refusal, Refusal::TooManyCompanions { here: 1, max: 1 });

    let stranger = stage.bench.cloud.person("eve", "other", "member").await;
    request.more.server_group = Some(compute.create_server_group(&stranger, apart).await.unwrap().id);
    let hidden = compute.dry_run(&stage.user, &request).await.unwrap_err();
    assert_eq!(hidden.kind(), Kind::NotFound, "{hidden}");
    request.more.server_group = None;
    assert_eq!(compute.dry_run(&stage.user, &request).await.unwrap().candidates.len(), 1);
}
