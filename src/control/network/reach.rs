//! "Can A reach B on port P?", from the records as they are now.

use std::net::IpAddr;

use super::{NetworkService, rules};
use crate::control::Ctx;
use crate::control::store;
use crate::model::reach::{self, Answer, Place, Question, Snapshot, Traffic};
use crate::model::security_group::Ethertype;
use crate::model::{Error, Noun, Result};

impl NetworkService {
    /// Every record of the network that the caller may see, all of the same moment; administrators see all.
    pub async fn snapshot(&self, ctx: &Ctx) -> Result<Snapshot> {
        let (project, all) = (&ctx.project_id, ctx.is_admin());
        let mut tx = self.shared.db.snapshot().await?;
        Ok(Snapshot {
            networks: store::networks::visible(&mut tx, project, all).await?,
            groups: store::security_groups::visible(&mut tx, project, all).await?,
            guests: store::instances::guests(&mut *tx, project, all).await?,
            ports: if all {
                store::ports::all(&mut tx).await?
            } else {
                store::ports::of_project(&mut tx, project).await?
            },
            routers: Vec::new(),
            floating_ips: Vec::new(),
            seen_by: (!all).then(|| project.clone()),
        })
    }

    /// Walks the packet that is asked about through the records. The loopback address stands for the host itself, which
    /// is seen as the gateway of the network that it reaches the other end by.
    ///
    /// # Errors
    /// `NotFound` on `from` or `to` for a port or an instance that the caller may not see; the field at fault of the
    /// protocol and port.
    pub async fn reachability(&self, ctx: &Ctx, question: Question) -> Result<Answer> {
        let Question { from, to, traffic } = question;
        let traffic = checked(traffic, &to)?;
        let snapshot = self.snapshot(ctx).await?;
        known("from", &from, &snapshot)?;
        known("to", &to, &snapshot)?;
        let from = match from {
            Place::Address(address) if address.is_loopback() => {
                Place::Address(reach::doorstep(&snapshot, &to).unwrap_or(address))
            }
            other => other,
        };
        Ok(reach::ask(&snapshot, &Question { from, to, traffic }))
    }
}

/// A protocol with a port as a rule could have them.
fn checked(traffic: Traffic, to: &Place) -> Result<Traffic> {
    let ethertype = match to {
        Place::Address(IpAddr::V6(_)) => Ethertype::IPv6,
        _ => Ethertype::IPv4,
    };
    let protocol = rules::protocol(traffic.protocol.as_deref(), ethertype)?;
    let port = traffic.port.map(i64::from);
    rules::ports(protocol.as_deref(), port, port).map_err(|error| Error::on("port", error.reason))?;
    Ok(Traffic { protocol, ..traffic })
}

fn known(field: &str, place: &Place, snapshot: &Snapshot) -> Result<()> {
    let (found, noun, id) = match place {
        Place::Address(_) => return Ok(()),
        Place::Port(id) => (snapshot.ports.iter().any(|port| &port.id == id), Noun::Port, id.as_str()),
        Place::Instance(id) => (snapshot.guests.iter().any(|guest| &guest.id == id), Noun::Instance, id.as_str()),
    };
    if found { Ok(()) } else { Err(Error::on(field, Error::not_found(noun, id).reason)) }
}
