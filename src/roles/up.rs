//! `arcus up`: every part in one process, SQLite and the in-process bus.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::listen::Listeners;
use super::{assets, bootstrap};
use crate::agent::{self, Agent};
use crate::bus::{Bus, memory::MemoryBus};
use crate::config::Config;
use crate::control::{Ctx, Services, SystemClock};
use crate::http;

/// How long open pages and consoles may take to close before the process ends all the same.
const GOODBYE: Duration = Duration::from_secs(2);

/// How long the start waits for the host's first report.
const FIRST_REPORT: Duration = Duration::from_secs(20);

/// Runs until SIGINT or SIGTERM; guests go on running then, and the next start finds them again.
pub async fn run(config: &Config, bare: bool) -> anyhow::Result<()> {
    let site = assets::site(config)?;
    let _lock = lock_state_dir(&config.state_dir)?;
    let listeners = Listeners::bind(config).await?;
    let address = listeners.address()?;

    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::default());
    let services = Services::open(super::control_settings(config)?, bus.clone(), Arc::new(SystemClock)).await?;
    let base_url = format!("http://{address}");
    let logins = bootstrap::first_start(config, &services, &base_url, bare).await?;
    let background = services.start().await?;
    let agent = Agent::start(agent_settings(config, &base_url)?, bus).await?;
    host_reported(&services).await?;

    let stopping = CancellationToken::new();
    let patience = http::Patience::default();
    let router = http::router(
        services,
        http::Settings {
            assets: site,
            secure_cookies: config.secure_cookies,
            patience,
            stopping: stopping.clone(),
            trusted_proxies: config.proxies().map_err(anyhow::Error::msg)?.into(),
        },
    );
    let mut served = listeners.serve(&router, patience, &stopping);
    println!("{}", bootstrap::greeting(&config.state_dir, &base_url, &logins));

    tokio::select! {
        end = served.join_next() => end.transpose()?.unwrap_or_default(),
        () = asked_to_stop()? => {
            tracing::info!("stopping; guests go on running");
            stopping.cancel();
            let _ = tokio::time::timeout(GOODBYE, async { while served.join_next().await.is_some() {} }).await;
        }
    }
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

/// Resolves at the first SIGINT or SIGTERM.
fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Makes the state directory and sees to it that one process at a time uses it.
fn lock_state_dir(path: &Path) -> anyhow::Result<nix::fcntl::Flock<std::fs::File>> {
    std::fs::create_dir_all(path)
        .with_context(|| format!("cannot make the state directory {}: set ARCUS_STATE_DIR", path.display()))?;
    let file = std::fs::File::create(path.join("lock"))
        .with_context(|| format!("cannot write to the state directory {}", path.display()))?;
    nix::fcntl::Flock::lock(file, nix::fcntl::FlockArg::LockExclusiveNonblock)
        .map_err(|(_, errno)| anyhow::anyhow!("another arcus uses {} ({errno}): stop it first", path.display()))
}

fn agent_settings(config: &Config, base_url: &str) -> anyhow::Result<agent::Settings> {
    let driver = match config.driver.as_str() {
        "simulated" => agent::Driver::Simulated {
            vcpus: config.simulated_vcpus,
            ram_mb: config.simulated_ram_mb,
            disk_gb: config.simulated_disk_gb,
            start_takes: Duration::ZERO,
        },
        _ => agent::Driver::Libvirt { uri: config.libvirt_uri.clone(), virt_type: config.virt_type.clone() },
    };
    Ok(agent::Settings {
        host: config.host.clone(),
        availability_zone: config.availability_zone.clone(),
        state_dir: config.state_dir.clone(),
        api_url: base_url.to_owned(),
        driver,
        heartbeat_every: Duration::from_secs(config.heartbeat_seconds),
        reconcile_every: Duration::from_secs(config.reconcile_seconds),
        crash_at_step: super::crash_at_step(config),
        bridge_mappings: config.mappings().map_err(anyhow::Error::msg)?,
        host_network: config.host_address().map_err(anyhow::Error::msg)?,
    })
}
