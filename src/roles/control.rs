//! The control side's roles, each in a process of its own: `arcus api`, `arcus scheduler`, `arcus conductor`.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use nix::fcntl::FlockArg;
use tokio_util::sync::CancellationToken;

use super::listen::{self, Listeners};
use super::stopping::asked_to_stop;
use super::{assets, metrics, state_dir};
use crate::bus::memory::MemoryBus;
use crate::bus::{self, Bus, Identity};
use crate::config::Config;
use crate::control::{Parts, Schema, Services, SystemClock};
use crate::http;

/// REST, dashboard, live events and consoles.
///
/// # Errors
/// When the database, the bus, the address or the files of the site cannot be used.
pub async fn api(config: &Config) -> anyhow::Result<()> {
    let site = assets::site(config)?;
    let recorded = metrics::count("api")?;
    let _in_use = state_dir::take(&config.state_dir, state_dir::Use::Shared)?;
    let (is_only_one, images) = state_dir::serve_images(&config.state_dir)?;
    let listeners = Listeners::bind(config).await?;
    let address = listeners.address()?;
    let services = open(config).await?;
    if is_only_one {
        services.recover_images().await?;
    }
    images.relock(FlockArg::LockShared)?;
    let _background = services.start(Parts::NONE).await?;
    let stopping = CancellationToken::new();
    let patience = http::Patience::default();
    let router = http::router(services, listen::settings(config, site, patience, &stopping, recorded)?);
    let served = listeners.serve(&router, patience, &stopping);
    println!("Arcus answers at http://{address}");
    listen::until_stopped(served, &stopping).await
}

/// Chooses hosts.
///
/// # Errors
/// When the database or the bus cannot be used.
pub async fn scheduler(config: &Config) -> anyhow::Result<()> {
    background(config, "scheduler", Parts { scheduler: true, ..Parts::NONE }).await
}

/// Answers hosts, publishes messages, reconciles.
///
/// # Errors
/// When the database or the bus cannot be used.
pub async fn conductor(config: &Config) -> anyhow::Result<()> {
    background(config, "conductor", Parts { conductor: true, ..Parts::NONE }).await
}

/// Makes the first users, flavors, network and image, and prints the logins.
///
/// # Errors
/// When the database cannot be used.
pub async fn bootstrap(config: &Config, bare: bool) -> anyhow::Result<()> {
    let _in_use = state_dir::take(&config.state_dir, state_dir::Use::Shared)?;
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new());
    let settings = super::control_settings(config, Schema::Expect)?;
    let services = Services::open(settings, bus, Arc::new(SystemClock)).await?;
    let base_url = if config.api_url.is_empty() { format!("http://{}", config.listen) } else { config.api_url.clone() };
    let logins = super::bootstrap::first_start(config, &services, &base_url, bare).await?;
    let welcome = super::bootstrap::welcome(&config.state_dir, &logins);
    println!("\nThe first users are made. The roles of Arcus, once they run, answer at {base_url}\n\n{welcome}");
    Ok(())
}

async fn background(config: &Config, role: &'static str, parts: Parts) -> anyhow::Result<()> {
    let recorded = metrics::count(role)?;
    let _in_use = state_dir::take(&config.state_dir, state_dir::Use::Shared)?;
    let services = open(config).await?;
    let _running = services.start(parts).await?;
    let _metrics = metrics::serve(config, recorded, http::observer(&services)).await?;
    tracing::info!("ready");
    asked_to_stop()?.await;
    Ok(())
}

/// The services over the database and the bus that several processes share.
async fn open(config: &Config) -> anyhow::Result<Services> {
    if config.database.is_empty() {
        bail!("database is not set: roles of their own share a PostgreSQL database. `arcus up` needs none");
    }
    if config.bus.is_empty() {
        bail!("bus is not set: roles of their own speak over RabbitMQ. `arcus up` needs none");
    }
    let bus = connect(config, Identity::Control).await?;
    let settings = super::control_settings(config, Schema::Expect)?;
    Ok(Services::open(settings, bus, Arc::new(SystemClock)).await?)
}

/// The bus that the settings name.
///
/// # Errors
/// When it cannot be reached, or does not let us in.
pub async fn connect(config: &Config, identity: Identity) -> anyhow::Result<Arc<dyn Bus>> {
    bus::connect(&config.bus_settings(identity)).await.context("cannot reach RabbitMQ (setting bus)")
}
