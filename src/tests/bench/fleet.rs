//! What a launch costs on fleets of 10, 100 and 1,000 hosts: choosing a host, statements, launches in a second, memory.
//! With `ARCUS_TEST_AMQP` set (scripts/with-servers), the same launches over RabbitMQ and PostgreSQL as well.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arcus::bus::contract::{ComputeMessage, ConductorMessage};
use arcus::bus::memory::MemoryBus;
use arcus::bus::{self, Bus, BusSettings, Consumer, Envelope, Handler, Identity, Outcome, Topic};
use arcus::control::identity::Scope;
use arcus::control::image::ImportHosts;
use arcus::control::{Ctx, Parts, Schema, Services, Settings, SystemClock};
use arcus::model::flavor::NewFlavor;
use arcus::model::host::Inventory;
use arcus::model::image::{ContainerFormat, DiskFormat, NewImage, Visibility};
use arcus::model::launch::LaunchRequest;
use arcus::model::network::{NewNetwork, NewSubnet};
use arcus::model::quota::Resource;
use arcus::model::{ImageId, InstanceId, ProjectId};
use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::sync::Notify;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::say;

const ONE_BY_ONE: usize = 100;
const AT_ONCE: usize = 500;

/// Statements that were run so far.
static STATEMENTS: AtomicU64 = AtomicU64::new(0);

struct CountStatements;

impl<S: tracing::Subscriber> Layer<S> for CountStatements {
    fn on_event(&self, _: &tracing::Event<'_>, _: Context<'_, S>) {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
    }
}

pub async fn measure() {
    let only_statements = Targets::new().with_target("sqlx::query", LevelFilter::DEBUG);
    tracing_subscriber::registry().with(CountStatements.with_filter(only_statements)).init();
    for hosts in [10, 100, 1000] {
        let scratch = tempfile::tempdir().expect("a directory");
        fleet("SQLite, in process", hosts, Arc::new(MemoryBus::new()), String::new(), scratch.path()).await;
    }
    let (Ok(amqp), Ok(server)) = (std::env::var("ARCUS_TEST_AMQP"), std::env::var("ARCUS_TEST_DATABASE")) else {
        return;
    };
    let scratch = tempfile::tempdir().expect("a directory");
    let mut administrator = PgConnection::connect(&server).await.expect("PostgreSQL answers");
    let database = "CREATE DATABASE fleet TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'";
    sqlx::query(AssertSqlSafe(database)).execute(&mut administrator).await.expect("a database");
    let (place, _) = server.rsplit_once('/').expect("an address with a database");
    let settings = BusSettings { url: amqp, ca: None, identity: Identity::Control };
    let bus = bus::connect(&settings).await.expect("RabbitMQ answers");
    fleet("PostgreSQL, RabbitMQ", 10, bus, format!("{place}/fleet"), scratch.path()).await;
}

/// Notes when each launch has arrived at its host.
#[derive(Default)]
struct Arrivals {
    at: Mutex<HashMap<InstanceId, Instant>>,
    more: Notify,
}

#[async_trait]
impl Handler for Arrivals {
    async fn handle(&self, message: Envelope) -> Outcome {
        if let Ok(ComputeMessage::Build { instance_id, .. }) = message.open() {
            self.at.lock().expect("no panic").insert(instance_id, Instant::now());
            self.more.notify_waiters();
        }
        bus::answer(&())
    }
}

impl Arrivals {
    /// When that launch arrived.
    async fn of(&self, id: &InstanceId) -> Instant {
        loop {
            let more = self.more.notified();
            if let Some(at) = self.at.lock().expect("no panic").get(id) {
                return *at;
            }
            // Looked at again in any case: the news may have come between.
            let _ = tokio::time::timeout(Duration::from_millis(20), more).await;
        }
    }
}

async fn fleet(on: &str, hosts: usize, bus: Arc<dyn Bus>, database: String, state_dir: &std::path::Path) {
    let settings = Settings {
        state_dir: state_dir.join("state"),
        database,
        schema: Schema::Migrate,
        token_lifetime: Duration::from_secs(3600),
        console_lifetime: Duration::from_secs(600),
        cpu_ratio: 4.0,
        ram_ratio: 1.0,
        disk_ratio: 1.0,
        host_down_after: Duration::from_secs(3600),
        reconcile_every: Duration::from_secs(3600),
        launch_deadline: Duration::from_secs(3600),
        tenant_vlans: None,
        image_import: ImportHosts::default(),
        image_import_max: 0,
        crash_at_step: None,
    };
    let services = Services::open(settings, bus.clone(), Arc::new(SystemClock)).await.expect("services");
    let _running = services.start(Parts { scheduler: true, conductor: true, alone: true }).await.expect("parts");
    let arrivals = Arc::new(Arrivals::default());
    let _hosts = report(&bus, hosts, &arrivals).await;
    let (ctx, request) = stage(&services).await;

    let (mut times, before) = (Vec::new(), STATEMENTS.load(Ordering::Relaxed));
    for _ in 0..ONE_BY_ONE {
        let id = launch(&services, &ctx, &request).await;
        let accepted = Instant::now();
        times.push(arrivals.of(&id).await.saturating_duration_since(accepted));
    }
    let statements = (STATEMENTS.load(Ordering::Relaxed) - before) as f64 / ONE_BY_ONE as f64;
    times.sort();
    let p = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
    let what = format!("{on}, {hosts} hosts: accepted to told its host");
    say(&what, format!("p50 {:>6.1} ms   p99 {:>6.1} ms   {statements:.1} statements a launch", p(50), p(99)));

    let start = Instant::now();
    let launches = (0..AT_ONCE).map(|_| launch(&services, &ctx, &request));
    let ids = futures::future::join_all(launches).await;
    for id in &ids {
        arrivals.of(id).await;
    }
    let rate = AT_ONCE as f64 / start.elapsed().as_secs_f64();
    say(&format!("{on}, {hosts} hosts: {AT_ONCE} at once"), format!("{rate:>6.0} launches a second   {}", memory()));
}

/// Every host reports once, with room for a hundred launches, and listens.
async fn report(bus: &Arc<dyn Bus>, hosts: usize, arrivals: &Arc<Arrivals>) -> Vec<Consumer> {
    let mut consumers = Vec::with_capacity(hosts);
    for number in 0..hosts {
        let inventory = Inventory {
            host: format!("rack-{number}"),
            availability_zone: "nova".into(),
            address: None,
            guests: true,
            hypervisor_type: "QEMU".into(),
            hypervisor_version: 1,
            arch: "x86_64".into(),
            vcpus: 100,
            ram_mb: 6400,
            disk_gb: 1000,
            physical_networks: vec!["provider".into()],
            volume_pool: None,
            trouble: None,
        };
        let topic = Topic::compute(&inventory.host);
        consumers.push(bus.consume(topic, 8, arrivals.clone()).await.expect("a topic"));
        let heartbeat = ConductorMessage::Heartbeat { inventory };
        let told: Result<(), _> = bus::ask(&**bus, &Topic::conductor(), "", &heartbeat, Duration::from_secs(10)).await;
        told.expect("the conductor listens");
    }
    consumers
}

/// A flavor, an image and a network without limits, and whoever launches.
async fn stage(services: &Services) -> (Ctx, LaunchRequest) {
    let ctx = Ctx::system("system".into(), services.clock.now());
    let project = services.identity.create_project(&ctx, &"default".into(), "fleet", "").await.expect("a project");
    let ctx = sign_in(services, &ctx, &project.id).await;
    for resource in [Resource::Instances, Resource::Cores, Resource::Ram, Resource::Ports] {
        services.quota.set(&ctx, &project.id, resource, -1).await.expect("a limit");
    }
    let flavor = NewFlavor {
        id: Some("small".into()),
        name: "small".into(),
        vcpus: 1,
        ram_mb: 64,
        disk_gb: 1,
        ..NewFlavor::default()
    };
    services.compute.create_flavor(&ctx, NewFlavor { is_public: true, ..flavor }).await.expect("a flavor");
    let network: NewNetwork = serde_json::from_value(serde_json::json!({
        "name": "net", "description": "", "admin_state_up": true, "shared": false, "external": false,
    }))
    .expect("a network");
    let network = services.network.create_network(&ctx, network).await.expect("a network");
    let subnet = NewSubnet { network_id: network.id.to_string(), cidr: "10.0.0.0/16".into(), ..NewSubnet::default() };
    services.network.create_subnet(&ctx, subnet).await.expect("a subnet");
    let request = LaunchRequest {
        name: "vm".into(),
        description: None,
        flavor_id: "small".into(),
        image_id: Some(image(services, &ctx).await),
        networks: Vec::new(),
        security_groups: Vec::new(),
        key_name: None,
        user_data: None,
        config_drive: false,
        availability_zone: None,
        metadata: Default::default(),
        count: 1,
        more: Default::default(),
    };
    (ctx, request)
}

/// An administrator of the project: launches are for people.
async fn sign_in(services: &Services, system: &Ctx, project: &ProjectId) -> Ctx {
    let identity = &services.identity;
    let user =
        identity.create_user(system, &"default".into(), "ann", "correct horse", Some(project)).await.expect("a user");
    for role in identity.roles(system).await.expect("roles") {
        identity.grant(system, &user.id, project, &role.id).await.expect("a role");
    }
    let issued = identity.login("Default", "ann", "correct horse", Scope::Default, None).await.expect("a token");
    Ctx::from_token(&issued.token, &issued.info, "req-bench").expect("a project")
}

async fn image(services: &Services, ctx: &Ctx) -> ImageId {
    let record = NewImage {
        id: None,
        name: "empty".into(),
        description: None,
        disk_format: Some(DiskFormat::Raw),
        container_format: Some(ContainerFormat::Bare),
        visibility: Visibility::Private,
        min_disk: 0,
        min_ram: 0,
        protected: false,
        hidden: false,
        tags: Vec::new(),
        properties: Default::default(),
    };
    let image = services.image.create(ctx, record).await.expect("an image");
    let data = futures::stream::iter([Ok::<_, std::io::Error>(vec![0; 1 << 20].into())]);
    services.image.upload(ctx, &image.id, data, None).await.expect("its data");
    image.id
}

async fn launch(services: &Services, ctx: &Ctx, request: &LaunchRequest) -> InstanceId {
    let launched = services.compute.launch(ctx, request.clone()).await.expect("an accepted launch");
    launched.into_iter().next().expect("one instance").id
}

/// What this process holds.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("? kB");
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    format!("{:>6.0} MB resident", kilobytes / 1000.0)
}
