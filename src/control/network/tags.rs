//! Tags: words by which people find what they marked.

use super::floating_ips::own_floating_ip;
use super::ports::visible_port;
use super::routers::own_router;
use super::security_groups::visible_group;
use super::subnets::visible_subnet;
use super::{NetworkService, visible_network};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::Tx;
use crate::control::store::standard::{self, Table};
use crate::model::network::{Standard, tags_of};
use crate::model::{Noun, ProjectId, Reason, Result};

/// What can be tagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Network,
    Subnet,
    Port,
    Router,
    FloatingIp,
    SecurityGroup,
}

const WHAT: &str = "change a resource's tags";

impl NetworkService {
    /// The tags of one resource.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn tags(&self, ctx: &Ctx, kind: Kind, id: &str) -> Result<Vec<String>> {
        Ok(kind.find(&mut self.shared.db.snapshot().await?, ctx, id).await?.0.tags)
    }

    /// Changes the tags of one resource: `change` gets those that it has.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `RevisionMismatch`; the first tag at fault.
    pub async fn change_tags(
        &self,
        ctx: &Ctx,
        kind: Kind,
        id: &str,
        change: impl FnOnce(&mut Vec<String>) -> Result<()> + Send,
    ) -> Result<Vec<String>> {
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let mut tx = self.shared.db.write().await?;
        let (standard, owner) = kind.find(&mut tx, ctx, id).await?;
        if owner != ctx.project_id && !ctx.is_admin() {
            return Err(Reason::Forbidden { action: WHAT.to_owned() }.into());
        }
        ctx.expects(kind.noun(), id, &standard)?;
        let mut tags = standard.tags.clone();
        change(&mut tags)?;
        let tags = tags_of(&tags)?;
        if tags != standard.tags {
            standard::tag(&mut tx, grant, kind.table(), id, &tags, self.shared.now()).await?;
            tx.commit().await?;
            self.tell(kind.noun(), id, &owner);
        }
        Ok(tags)
    }
}

impl Kind {
    /// What errors call it.
    pub fn noun(self) -> Noun {
        match self {
            Self::Network => Noun::Network,
            Self::Subnet => Noun::Subnet,
            Self::Port => Noun::Port,
            Self::Router => Noun::Router,
            Self::FloatingIp => Noun::FloatingIp,
            Self::SecurityGroup => Noun::SecurityGroup,
        }
    }

    fn table(self) -> &'static Table {
        match self {
            Self::Network => &standard::NETWORKS,
            Self::Subnet => &standard::SUBNETS,
            Self::Port => &standard::PORTS,
            Self::Router => &standard::ROUTERS,
            Self::FloatingIp => &standard::FLOATING_IPS,
            Self::SecurityGroup => &standard::SECURITY_GROUPS,
        }
    }

    /// The resource, if the caller may know of it, and whose it is.
    async fn find(self, tx: &mut Tx, ctx: &Ctx, id: &str) -> Result<(Standard, ProjectId)> {
        Ok(match self {
            Self::Network => {
                let network = visible_network(tx, ctx, &id.into()).await?;
                (network.standard, network.project_id)
            }
            Self::Subnet => {
                let subnet = visible_subnet(tx, ctx, &id.into()).await?;
                (subnet.standard, subnet.project_id)
            }
            Self::Port => {
                let (port, _) = visible_port(tx, ctx, &id.into()).await?;
                (port.standard, port.project_id)
            }
            Self::Router => {
                let router = own_router(tx, ctx, &id.into()).await?;
                (router.standard, router.project_id)
            }
            Self::FloatingIp => {
                let floating = own_floating_ip(tx, ctx, &id.into()).await?;
                (floating.standard, floating.project_id)
            }
            Self::SecurityGroup => {
                let group = visible_group(tx, ctx, &id.into()).await?;
                (group.standard, group.project_id)
            }
        })
    }
}
