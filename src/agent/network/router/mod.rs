//! Routers on this host: each a namespace with a leg in every one of its networks.

mod legs;
mod nat;
mod routes;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use super::link::{self, Link};
use super::netns;
use super::nft::Nft;
use crate::agent::files;
use crate::agent::metadata::{MetadataService, Origin};
use crate::bus::contract::RouterPlan;
use crate::model::{Result, RouterId};

const TABLE: &str = "ip arcus_router";
/// Where the metadata service listens in a router's namespace; what guests send to 169.254.169.254 is redirected there.
const METADATA_PORT: u16 = 9697;

/// The routers that this agent carries.
pub struct Routers {
    /// Holds one file per router, so that those of another agent are told apart.
    directory: PathBuf,
    mark: String,
    metadata: Arc<MetadataService>,
}

impl Routers {
    pub fn new(directory: PathBuf, mark: String, metadata: Arc<MetadataService>) -> Self {
        Self { directory, mark, metadata }
    }

    /// Makes the router be as planned. The bridges of its networks must be there.
    ///
    /// # Errors
    /// When the host cannot be wired.
    pub async fn ensure(&self, links: &[Link], nft: &Nft, plan: &RouterPlan) -> Result<()> {
        let netns = netns::of_router(&plan.router_id);
        let marker = self.directory.join(plan.router_id.as_str());
        if !tokio::fs::try_exists(&marker).await.unwrap_or(false) {
            files::write_whole(&marker, b"").await?;
        }
        netns::ensure(&netns).await?;
        netns::inside(&netns, forward_packets).await?;
        // Rules before legs: nothing passes that they do not know of.
        nft.ensure(&netns, TABLE, &nat::rules(plan)).await?;
        let outer = legs::ensure(links, plan, &netns, &self.mark).await?;
        if plan.admin_state_up {
            routes::ensure(plan, &netns).await?;
        }
        legs::announce(&netns, outer);
        let anywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, METADATA_PORT));
        self.metadata.listen(&netns, anywhere, Origin::Router(plan.router_id.clone())).await
    }

    /// Takes the router down; gone already is fine.
    ///
    /// # Errors
    /// When something of it cannot be removed.
    pub async fn remove(&self, nft: &Nft, router: &RouterId) -> Result<()> {
        let netns = netns::of_router(router);
        self.metadata.leave(&netns).await;
        // A namespace goes once nobody is in it any more, but its legs must not stay in the meantime.
        let gone = legs::of_router(&link::all().await?, router, &self.mark);
        for leg in gone {
            link::delete(&leg).await?;
        }
        netns::delete(&netns).await?;
        nft.forget(&netns);
        files::remove(&self.directory.join(router.as_str())).await
    }

    /// The routers that are here.
    ///
    /// # Errors
    /// When they cannot be looked up.
    pub async fn here(&self) -> Result<Vec<RouterId>> {
        Ok(files::names_in(&self.directory).await?.into_iter().map(RouterId::from).collect())
    }
}

/// Has the namespace pass packets on, whichever leg their answers come back by.
fn forward_packets() -> std::io::Result<()> {
    for (switch, wanted) in [("ip_forward", "1"), ("conf/all/rp_filter", "0"), ("conf/default/rp_filter", "0")] {
        let path = format!("/proc/sys/net/ipv4/{switch}");
        if std::fs::read_to_string(&path)?.trim() != wanted {
            std::fs::write(&path, wanted)?;
        }
    }
    Ok(())
}
