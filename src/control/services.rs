//! The one facade.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use super::clock::SharedClock;
use super::compute::{ComputeApi, Conductor, Scheduler};
use super::console::ConsoleService;
use super::events::Events;
use super::identity::Identity;
use super::image::{self, ImageService, ImportHosts};
use super::meter;
use super::network::{NetworkService, TenantVlans};
use super::quota::QuotaService;
use super::sessions::Sessions;
use super::shared::Shared;
use super::state_dir;
use super::store::db::{self, Db, Schema};
use super::volume::{self, VolumeService};
use super::workflow;
use crate::bus::{Bus, Topic};
use crate::model::Result;
use crate::model::live::Change;

/// What the control side needs to know of its surroundings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Holds `images/` and `keys/`, and `arcus.db` unless `database` says otherwise.
    pub state_dir: PathBuf,
    /// The address of a PostgreSQL database; empty for SQLite in the state directory.
    pub database: String,
    /// Whether opening the database may change its schema.
    pub schema: Schema,
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
    /// What networks become whose makers ask for no segment; without it they stay on one host.
    pub tenant_vlans: Option<TenantVlans>,
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
    /// Changes for the other processes, until [`Self::start`] sends them.
    abroad: Arc<Mutex<Option<UnboundedReceiver<Change>>>>,
}

/// How many launches the scheduler has in hand at once; claims are atomic, so they may overlap.
const SCHEDULED_AT_ONCE: usize = 4;
/// How many questions the conductor answers at once.
const ANSWERED_AT_ONCE: usize = 32;

/// Which of the control side's parts run in a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Consumes topic `scheduler`.
    pub scheduler: bool,
    /// Consumes topic `conductor`, and takes its turn at publishing the outbox and reconciling.
    pub conductor: bool,
    /// No other process works on these records, so that whatever is half done is nobody's any more.
    pub alone: bool,
}

impl Parts {
    /// Everything in one process.
    pub const ALL: Self = Self { scheduler: true, conductor: true, alone: true };
    /// What only answers requests.
    pub const NONE: Self = Self { scheduler: false, conductor: false, alone: false };
}

/// The control side's running parts. Dropping it stops them.
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
        let place = db::Place::of(&settings.database, &settings.state_dir);
        let db = Db::open(&place, settings.schema).await?;
        let outbox = tokio::sync::Notify::new();
        let (abroad, changes) = db.is_shared().then(tokio::sync::mpsc::unbounded_channel).unzip();
        let events = Events::default();
        let shared = Arc::new(Shared { db, bus, clock: clock.clone(), events, settings, outbox, abroad });
        let identity = Identity::open(shared.clone()).await?;
        volume::seed(&shared.db, shared.now()).await?;
        let image = ImageService::new(shared.clone())?;
        let network = NetworkService::new(shared.clone());
        let quota = QuotaService::new(shared.clone());
        let volume = VolumeService::new(shared.clone(), image.clone());
        let compute = ComputeApi::new(
            shared.clone(),
            identity.clone(),
            image.clone(),
            network.clone(),
            quota.clone(),
            volume.clone(),
        );
        Ok(Self {
            identity,
            image,
            network,
            volume,
            console: ConsoleService::new(shared.clone(), compute.clone()),
            compute,
            quota,
            sessions: Sessions::new(shared.clone()),
            events: shared.events.clone(),
            clock,
            shared,
            abroad: Arc::new(Mutex::new(changes)),
        })
    }

    /// Takes those numbers for Prometheus that are not counted as things happen.
    pub async fn observe(&self) {
        if let Err(error) = meter::observe(&self.shared).await {
            tracing::warn!(%error, "some metrics are out of date");
        }
    }

    /// Starts these parts, and listens to the other processes that share the database.
    ///
    /// # Errors
    /// When the bus is closed.
    pub async fn start(&self, parts: Parts) -> Result<Background> {
        let shared = &self.shared;
        if parts.alone {
            image::recover(shared).await?;
            workflow::reconcile::at_start(shared).await;
        }
        let mut background = Background { tasks: tokio::task::JoinSet::new(), consumers: Vec::new() };
        let changes = self.abroad.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(changes) = changes {
            background.tasks.spawn(workflow::exchange::send(shared.clone(), changes));
            background.tasks.spawn(workflow::exchange::listen(shared.clone()));
        }
        if parts.scheduler {
            let scheduler = Arc::new(Scheduler::new(shared.clone()));
            background.consumers.push(shared.bus.consume(Topic::scheduler(), SCHEDULED_AT_ONCE, scheduler).await?);
        }
        if parts.conductor {
            let conductor = Arc::new(Conductor::new(shared.clone()));
            background.consumers.push(shared.bus.consume(Topic::conductor(), ANSWERED_AT_ONCE, conductor).await?);
            background.tasks.spawn(workflow::lead::run(shared.clone()));
        }
        Ok(background)
    }

    /// Removes what uploads and imports that broke off have left, when no process serves images any more.
    ///
    /// # Errors
    /// When the database or the directory of images cannot be used.
    pub async fn recover_images(&self) -> Result<()> {
        image::recover(&self.shared).await
    }
}
