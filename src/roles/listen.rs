//! Listening: at the one port, and at OpenStack's classic ones where they are wanted.

use std::io;
use std::net::SocketAddr;

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::http::{Patience, classic, serve};

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

async fn bind(address: SocketAddr, remedy: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}: {remedy}"))
}
