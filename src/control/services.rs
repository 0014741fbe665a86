//! The one facade.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::clock::SharedClock;
use super::compute::{ComputeApi, Conductor, Scheduler};
use super::console::ConsoleService;
use super::events::Events;
use super::identity::Identity;
use super::image::{self, ImageService, ImportHosts};
use super::network::NetworkService;
use super::quota::QuotaService;
use super::sessions::Sessions;
use super::shared::Shared;
use super::state_dir;
use super::store::Db;
use super::volume::VolumeService;
use super::workflow;
use crate::bus::{Bus, Topic};
use crate::model::Result;

/// What the control side needs to know of its surroundings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Holds `arcus.db`, `images/`, `keys/`.
    pub state_dir: PathBuf,
    /// How long a token is good.
    pub token_lifetime: Duration,
    /// How long a console ticket is good.
    pub console_lifetime: Duration,
    /// Allocation ratios: how much may be promised of what a host has.
    pub cpu_ratio: f64,
    pub ram_ratio: f64,
    pub disk_ratio: f64,
    /// A host that is silent for longer counts as down.
    pub host_down_after: Duration,
    /// How often the reconcilers look at everything.
    pub reconcile_every: Duration,
    /// A launch that makes no progress for so long is ended with an error.
    pub launch_deadline: Duration,
    /// Whence images may be imported.
    pub image_import: ImportHosts,
    /// The most bytes that an imported image may have.
    pub image_import_max: u64,
    /// For tests of recovery only: the process kills itself when it records this launch step.
    pub crash_at_step: Option<u8>,
}

/// Every service, for whoever stands in front: REST handlers, server functions, the command line.
#[derive(Clone)]
pub struct Services {
    pub identity: Identity,
    pub compute: ComputeApi,
    pub image: ImageService,
    pub network: NetworkService,
    pub volume: VolumeService,
    pub console: ConsoleService,
    pub quota: QuotaService,
    pub sessions: Sessions,
    pub events: Events,
    pub clock: SharedClock,
    pub(super) shared: Arc<Shared>,
}

/// How many launches the scheduler has in hand at once; claims are atomic, so they may overlap.
const SCHEDULED_AT_ONCE: usize = 4;
/// How many questions the conductor answers at once.
const ANSWERED_AT_ONCE: usize = 32;

/// The control side's running parts: scheduler, conductor, outbox relay, reconcilers. Dropping it stops them.
pub struct Background {
    #[allow(dead_code, reason = "held for its Drop")]
    tasks: tokio::task::JoinSet<()>,
    #[allow(dead_code, reason = "held for their Drop")]
    consumers: Vec<crate::bus::Consumer>,
}

impl Services {
    /// Opens (and migrates) the database in the state directory and builds every service. Nothing runs yet.
    ///
    /// # Errors
    /// A sentence for the operator when the state directory or database cannot be used.
    pub async fn open(settings: Settings, bus: Arc<dyn Bus>, clock: SharedClock) -> Result<Self> {
        state_dir::prepare(&settings.state_dir)?;
        let db = Db::open(&settings.state_dir).await?;
        let outbox = tokio::sync::Notify::new();
        let shared = Arc::new(Shared { db, bus, clock: clock.clone(), events: Events::default(), settings, outbox });
        let identity = Identity::open(shared.clone()).await?;
        let image = ImageService::new(shared.clone())?;
        let network = NetworkService::new(shared.clone());
        let quota = QuotaService::new(shared.clone());
        let compute = ComputeApi::new(shared.clone(), identity.clone(), image.clone(), network.clone(), quota.clone());
        Ok(Self {
            identity,
            image,
            network,
            volume: VolumeService::new(compute.clone()),
            console: ConsoleService::new(shared.clone(), compute.clone()),
            compute,
            quota,
            sessions: Sessions::new(shared.clone()),
            events: shared.events.clone(),
            clock,
            shared,
        })
    }

    /// Starts scheduler and conductor consumers, the outbox relay and the reconcilers.
    ///
    /// # Errors
    /// When the bus is closed.
    pub async fn start(&self) -> Result<Background> {
        let shared = &self.shared;
        image::recover(shared).await?;
        workflow::reconcile::at_start(shared).await;

        let scheduler = Arc::new(Scheduler::new(shared.clone()));
        let conductor = Arc::new(Conductor::new(shared.clone()));
        let consumers = vec![
            shared.bus.consume(Topic::scheduler(), SCHEDULED_AT_ONCE, scheduler).await?,
            shared.bus.consume(Topic::conductor(), ANSWERED_AT_ONCE, conductor).await?,
        ];
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(workflow::relay(shared.clone()));
        tasks.spawn(workflow::reconcile::regularly(shared.clone()));
        Ok(Background { tasks, consumers })
    }
}
