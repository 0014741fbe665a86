//! What runs on hosts: `arcus compute` and `arcus network`. Neither ever sees the database.

use anyhow::bail;

use super::Duty;
use super::control::connect;
use super::stopping::asked_to_stop;
use super::{metrics, state_dir};
use crate::agent::Agent;
use crate::bus::Identity;
use crate::config::Config;

/// Keeps this host's part of the cloud until it is asked to stop; guests and routers go on without it.
///
/// # Errors
/// When settings are missing or forbidden here, or the bus or the state directory cannot be used.
pub async fn run(config: &Config, duty: Duty) -> anyhow::Result<()> {
    check(config)?;
    let _in_use = state_dir::take(&config.state_dir, state_dir::Use::Shared)?;
    let recorded = metrics::count(if duty == Duty::Network { "network" } else { "compute" })?;
    let _host = state_dir::take_host(&config.state_dir)?;
    let bus = connect(config, Identity::Host(config.host.clone())).await?;
    let _agent = Agent::start(super::agent_settings(config, &config.api_url, duty)?, bus).await?;
    let _metrics = metrics::serve(config, recorded, metrics::nothing()).await?;
    tracing::info!(host = config.host, "ready");
    asked_to_stop()?.await;
    tracing::info!("stopping; guests go on running");
    Ok(())
}

/// A guest that breaks out of its virtual machine must find no way to the records here, nor into the broker.
fn check(config: &Config) -> anyhow::Result<()> {
    if !config.database.is_empty() {
        bail!(
            "database is set for an agent: take it out of the settings and of the environment. What \
             this machine needs to know it asks the conductor"
        );
    }
    if !config.rabbitmq_management.is_empty() {
        bail!("rabbitmq_management is set for an agent: it is for `arcus host add`, on control only");
    }
    for (name, value) in [("bus", &config.bus), ("api_url", &config.api_url)] {
        if value.is_empty() {
            bail!("{name} is not set: run `arcus host add {}` where control is, and do as it says", config.host);
        }
    }
    Ok(())
}
