//! A way to the broker that can break.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Open,
    /// Connections end, and new ones at once.
    Broken,
    /// Nothing gets through, and nobody is told.
    Silent,
}

pub struct Proxy {
    pub address: SocketAddr,
    way: watch::Sender<Way>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    pub async fn to(broker: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (way, state) = watch::channel(Way::Open);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(carry(client, broker.clone(), state.clone()));
            }
        });
        Self { address, way, _tasks: tasks }
    }

    pub fn break_down(&self) {
        self.way.send_replace(Way::Broken);
    }

    pub fn fall_silent(&self) {
        self.way.send_replace(Way::Silent);
    }

    pub fn mend(&self) {
        self.way.send_replace(Way::Open);
    }
}

async fn carry(mut client: TcpStream, broker: String, mut state: watch::Receiver<Way>) {
    if *state.borrow_and_update() != Way::Open {
        return;
    }
    let Ok(mut server) = TcpStream::connect(broker).await else { return };
    let mut changes = state.clone();
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => return,
        _ = async { changes.wait_for(|way| *way != Way::Open).await.map(drop) } => {}
    }
    // Both sockets stay open for as long as nobody may notice.
    let _ = state.wait_for(|way| *way != Way::Silent).await;
}
