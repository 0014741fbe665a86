//! A world for tests: names lead where a test says, and what is fetched comes from a server of the test's own.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::{self, BoxFuture};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::gate::Surroundings;
use super::place::{Place, place};
use super::web::Limits;
use super::{ImportHosts, Imports};
use crate::control::image::ImageService;

/// Stands for the world: the servers of tests listen there.
const WORLD: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Stands for a private network.
const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 10));

/// What names lead to.
#[derive(Default)]
pub struct World(Mutex<HashMap<String, Vec<IpAddr>>>);

impl World {
    /// The name leads to each of the addresses in turn, and stays with the last one.
    pub fn with(self, name: &str, addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).rev().collect();
        self.0.lock().unwrap().insert(name.to_owned(), addresses);
        self
    }
}

impl Surroundings for World {
    fn resolve(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let mut names = self.0.lock().unwrap();
        match names.get_mut(&name) {
            Some(addresses) if addresses.len() > 1 => {
                Box::pin(future::ready(Ok(addresses.pop().into_iter().collect())))
            }
            Some(addresses) => Box::pin(future::ready(Ok(addresses.clone()))),
            // No name server answers.
            None => Box::pin(future::pending()),
        }
    }

    fn place(&self, address: IpAddr) -> Place {
        match address {
            WORLD => Place::World,
            PRIVATE => Place::Private,
            other => place(other),
        }
    }
}

/// More patience than any test has, and up to 4096 bytes.
pub const PATIENT: Limits = Limits {
    connect: Duration::from_secs(3600),
    silence: Duration::from_secs(3600),
    whole: Duration::from_secs(3600),
    most: 4096,
};

impl ImageService {
    /// The same service in that world, with `image_import` set to `hosts`.
    pub fn in_world(&self, hosts: &str, world: World, limits: Limits) -> Self {
        let imports = Imports::within(ImportHosts::parse(hosts).unwrap(), Arc::new(world), limits).unwrap();
        Self { imports: imports.into(), ..self.clone() }
    }
}

/// What a server says to a request for a path.
pub struct Said {
    pub answer: Vec<u8>,
    /// It says no more, and does not hang up either.
    pub then_waits: bool,
}

/// An answer with these headers and this body, after which the server hangs up.
pub fn said(head: &str, body: &[u8]) -> Said {
    let answer = [format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").as_bytes(), body].concat();
    Said { answer, then_waits: false }
}

/// As [`said`], with the body's length.
pub fn whole(body: &[u8]) -> Said {
    said(&format!("200 OK\r\ncontent-length: {}", body.len()), body)
}

/// A server on this machine.
pub struct Server {
    pub address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// One that answers these paths, and no other.
    pub async fn start(paths: Vec<(&'static str, Said)>) -> Self {
        let listener = TcpListener::bind((WORLD, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let paths: Arc<HashMap<_, _>> = Arc::new(paths.into_iter().collect());
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, paths.clone()));
            }
        });
        Self { address, task }
    }

    /// A path's address under some host's name.
    pub fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.address.port())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut connection: TcpStream, paths: Arc<HashMap<&'static str, Said>>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match connection.read_u8().await {
            // What begins otherwise, as TLS does, is not HTTP.
            Ok(byte) if byte.is_ascii_uppercase() || !request.is_empty() => request.push(byte),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let port = connection.local_addr().unwrap().port().to_string();
    let said = request.split(' ').nth(1).and_then(|path| paths.get(path));
    let Some(said) = said else { return };
    // So that a path can redirect to another of this server.
    let answer = match std::str::from_utf8(&said.answer) {
        Ok(text) => text.replace("PORT", &port).into_bytes(),
        Err(_) => said.answer.clone(),
    };
    // A client that hung up has heard enough.
    let _ = connection.write_all(&answer).await;
    if said.then_waits {
        future::pending::<()>().await;
    }
}
