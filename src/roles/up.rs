//! `arcus up`: every part in one process, SQLite and the in-process bus.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::listen::{self, Listeners};
use super::{Duty, assets, bootstrap, metrics, state_dir};
use crate::agent::Agent;
use crate::bus::{Bus, memory::MemoryBus};
use crate::config::Config;
use crate::control::{Ctx, Parts, Schema, Services, SystemClock};
use crate::http;

/// How long the start waits for the host's first report.
const FIRST_REPORT: Duration = Duration::from_secs(20);

/// Runs until SIGINT or SIGTERM; guests go on running then, and the next start finds them again.
pub async fn run(config: &Config, bare: bool) -> anyhow::Result<()> {
    let site = assets::site(config)?;
    let recorded = metrics::count("up")?;
    // What is half done when it starts is nobody's, and is ended: that must not befall what other processes work on.
    if !config.database.is_empty() {
        anyhow::bail!(
            "database is set, but `arcus up` keeps its records in SQLite: use `arcus api` and its like, or unset it"
        );
    }
    if !config.bus.is_empty() {
        anyhow::bail!(
            "bus is set, but `arcus up` runs everything in one process: use `arcus api` and its like, or unset it"
        );
    }
    let _lock = state_dir::take(&config.state_dir, state_dir::Use::Alone)?;
    let listeners = Listeners::bind(config).await?;
    let address = listeners.address()?;

    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::default());
    let services =
        Services::open(super::control_settings(config, Schema::Migrate)?, bus.clone(), Arc::new(SystemClock)).await?;
    let base_url = format!("http://{address}");
    let logins = bootstrap::first_start(config, &services, &base_url, bare).await?;
    let background = services.start(Parts::ALL).await?;
    let agent = Agent::start(super::agent_settings(config, &base_url, Duty::Everything)?, bus).await?;
    host_reported(&services).await?;

    let stopping = CancellationToken::new();
    let patience = http::Patience::default();
    let router = http::router(services, listen::settings(config, site, patience, &stopping, recorded)?);
    let served = listeners.serve(&router, patience, &stopping);
    let welcome = bootstrap::welcome(&config.state_dir, &logins);
    println!("\nArcus is up at {base_url}\n\n{welcome}  Ctrl-C stops Arcus; guests go on running.\n");

    listen::until_stopped(served, &stopping).await?;
    drop(agent);
    drop(background);
    Ok(())
}

/// Waits for this host's first report, so that nobody who launches at once is told that there is no host. libvirt's
/// first look at QEMU takes some seconds; where it takes longer, people may look around meanwhile.
async fn host_reported(services: &Services) -> anyhow::Result<()> {
    let ctx = Ctx::system("system".into(), services.clock.now());
    let reported = async {
        while services.compute.hosts(&ctx).await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    };
    tokio::time::timeout(FIRST_REPORT, reported).await.unwrap_or(Ok(()))
}
