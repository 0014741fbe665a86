//! Listening: at the one port, and at OpenStack's classic ones where they are wanted.

use std::io;
use std::net::SocketAddr;

use anyhow::Context as _;
use axum::{Router, ServiceExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::http::classic;

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
    pub fn serve(self, router: &Router, stopping: &CancellationToken) -> JoinSet<io::Result<()>> {
        let mut tasks = JoinSet::new();
        let whole = router.clone().into_make_service_with_connect_info::<SocketAddr>();
        let main = axum::serve(self.main, whole).with_graceful_shutdown(stopping.clone().cancelled_owned());
        tasks.spawn(main.into_future());
        for (service, listener) in self.classic {
            let alone = classic::alone(router.clone(), service).into_make_service_with_connect_info::<SocketAddr>();
            let serve = axum::serve(listener, alone).with_graceful_shutdown(stopping.clone().cancelled_owned());
            tasks.spawn(serve.into_future());
        }
        tasks
    }
}

async fn bind(address: SocketAddr, remedy: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}: {remedy}"))
}
