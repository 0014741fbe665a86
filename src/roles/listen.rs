//! Listening: at the one port, and at OpenStack's classic ones where they are wanted.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::metrics;
use super::stopping::asked_to_stop;
use crate::config::Config;
use crate::http::{self, Patience, classic, serve};

/// Sockets that listen, before anybody is answered.
pub struct Listeners {
    main: TcpListener,
    /// Each with the path of the service whose port it is.
    classic: Vec<(&'static str, TcpListener)>,
}

impl Listeners {
    /// Takes the ports that the settings want.
    ///
    /// # Errors
    /// When one is taken or forbidden, with what to do.
    pub async fn bind(config: &Config) -> anyhow::Result<Self> {
        let main = bind(config.listen, "set ARCUS_LISTEN to a free address").await?;
        let mut classic = Vec::new();
        for (service, port) in classic::PORTS.iter().filter(|_| config.classic_ports) {
            let address = SocketAddr::new(config.listen.ip(), *port);
            classic.push((*service, bind(address, "stop what listens there, or set classic_ports = false").await?));
        }
        Ok(Self { main, classic })
    }

    /// Where the one port is.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.main.local_addr()
    }

    /// Answers at all of them until `stopping` is cancelled; a task each.
    pub fn serve(self, router: &Router, patience: Patience, stopping: &CancellationToken) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(self.main, router.clone(), patience, stopping.clone()));
        for (service, listener) in self.classic {
            let alone = classic::alone(router.clone(), service);
            tasks.spawn(serve(listener, alone, patience, stopping.clone()));
        }
        tasks
    }
}

/// How long open pages and consoles may take to close before the process ends all the same.
const GOODBYE: Duration = Duration::from_secs(2);

/// What the HTTP side needs to know.
///
/// # Errors
/// When a setting cannot be read.
pub fn settings(
    config: &Config,
    assets: PathBuf,
    patience: Patience,
    stopping: &CancellationToken,
    recorded: PrometheusHandle,
) -> anyhow::Result<http::Settings> {
    Ok(http::Settings {
        assets,
        secure_cookies: config.secure_cookies,
        patience,
        stopping: stopping.clone(),
        trusted_proxies: config.proxies().map_err(anyhow::Error::msg)?.into(),
        metrics: metrics::told(config, recorded)?,
    })
}

/// Waits until the process is asked to stop, or until listening ends by itself.
///
/// # Errors
/// When a listener failed.
pub async fn until_stopped(mut served: JoinSet<()>, stopping: &CancellationToken) -> anyhow::Result<()> {
    tokio::select! {
        end = served.join_next() => end.transpose()?.unwrap_or_default(),
        () = asked_to_stop()? => {
            tracing::info!("stopping; guests go on running");
            stopping.cancel();
            let _ = tokio::time::timeout(GOODBYE, async { while served.join_next().await.is_some() {} }).await;
        }
    }
    Ok(())
}

async fn bind(address: SocketAddr, remedy: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}: {remedy}"))
}
