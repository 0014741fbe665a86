//! "Can A reach B on port P?", from the records as they are now.

use std::net::IpAddr;

use super::{NetworkService, rules};
use crate::control::Ctx;
use crate::control::store::{self, Tx};
use crate::model::reach::{self, Answer, Place, Question, Snapshot, Traffic};
use crate::model::security_group::Ethertype;
use crate::model::{Error, InstanceId, NetworkId, Noun, Result};

impl NetworkService {
    /// Every record of the network that the caller may see, all of the same moment; administrators see all.
    pub async fn snapshot(&self, ctx: &Ctx) -> Result<Snapshot> {
        let (project, all) = (&ctx.project_id, ctx.is_admin());
        let mut tx = self.shared.db.snapshot().await?;
        Ok(Snapshot {
            guests: store::instances::guests(&mut *tx, project, all).await?,
            ports: if all {
                store::ports::all(&mut tx).await?
            } else {
                store::ports::of_project(&mut tx, project).await?
            },
            ..surroundings(&mut tx, ctx).await?
        })
    }

    /// As [`Self::snapshot`], with no more ports and instances than matter to packets from an address to an instance:
    /// of those that do not, a big cloud has thousands.
    pub async fn snapshot_between(&self, ctx: &Ctx, from: IpAddr, to: &InstanceId) -> Result<Snapshot> {
        let mut tx = self.shared.db.snapshot().await?;
        let snapshot = surroundings(&mut tx, ctx).await?;
        let mut ports = store::ports::around(&mut tx, to).await?;
        for port in store::ports::at(&mut tx, from.to_canonical()).await? {
            if !ports.iter().any(|known| known.id == port.id) {
                ports.push(port);
            }
        }
        let own = |id: &NetworkId| snapshot.networks.iter().any(|n| &n.id == id && n.project_id == ctx.project_id);
        ports.retain(|port| ctx.is_admin() || port.project_id == ctx.project_id || own(&port.network_id));
        let devices: Vec<&str> = ports.iter().map(|port| port.device_id.as_str()).collect();
        let guests = store::instances::guests_among(&mut *tx, &devices, &ctx.project_id, ctx.is_admin()).await?;
        Ok(Snapshot { ports, guests, ..snapshot })
    }

    /// Walks the packet that is asked about through the records. The loopback address stands for the host itself, which
    /// is seen as the gateway of the network that it reaches the other end by.
    ///
    /// # Errors
    /// `NotFound` on `from` or `to` for a port or an instance that the caller may not see; the field at fault of the
    /// protocol and port.
    pub async fn reachability(&self, ctx: &Ctx, question: Question) -> Result<Answer> {
        answer(&self.snapshot(ctx).await?, question)
    }
}

/// Every record but ports and instances.
async fn surroundings(tx: &mut Tx, ctx: &Ctx) -> Result<Snapshot> {
    let (project, all) = (&ctx.project_id, ctx.is_admin());
    Ok(Snapshot {
        networks: store::networks::visible(tx, project, all).await?,
        groups: store::security_groups::visible(tx, project, all).await?,
        routers: if all { store::routers::all(tx).await? } else { store::routers::of_project(tx, project).await? },
        floating_ips: if all {
            store::floating_ips::all(tx).await?
        } else {
            store::floating_ips::of_project(tx, project).await?
        },
        seen_by: (!all).then(|| project.clone()),
        ..Snapshot::default()
    })
}

/// As [`NetworkService::reachability`], from a snapshot that is at hand.
pub fn answer(snapshot: &Snapshot, question: Question) -> Result<Answer> {
    let Question { from, to, traffic } = question;
    let traffic = checked(traffic, &to)?;
    known("from", &from, snapshot)?;
    known("to", &to, snapshot)?;
    let from = match from {
        Place::Address(address) if address.is_loopback() => {
            Place::Address(reach::doorstep(snapshot, &to).unwrap_or(address))
        }
        other => other,
    };
    Ok(reach::ask(snapshot, &Question { from, to, traffic }))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::store::db;
    use crate::control::testing::Cloud;
    use crate::model::network::{NewNetwork, NewPort, NewSubnet, Port};
    use crate::model::{Kind, PortId};

    /// Two ports on a network of their own, plugged in as a host would.
    async fn wired(cloud: &Cloud, ctx: &Ctx) -> [Port; 2] {
        let service = &cloud.services.network;
        let network = NewNetwork {
            name: "net".into(),
            description: String::new(),
            admin_state_up: true,
            shared: false,
            external: false,
            mtu: None,
            provider_type: None,
            physical_network: None,
            segmentation_id: None,
            port_security: None,
        };
        let network = service.create_network(ctx, network).await.unwrap();
        let subnet = NewSubnet {
            network_id: network.id.to_string(),
            cidr: "10.0.0.0/24".into(),
            enable_dhcp: true,
            ..NewSubnet::default()
        };
        service.create_subnet(ctx, subnet).await.unwrap();
        let port = || NewPort { network_id: network.id.clone(), ..NewPort::default() };
        let ports = [service.create_port(ctx, port()).await.unwrap(), service.create_port(ctx, port()).await.unwrap()];
        let mut tx = service.shared.db.write().await.unwrap();
        db::query("UPDATE ports SET host = 'host1'").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        ports
    }

    fn ssh(from: &PortId, to: Place) -> Question {
        Question { from: Place::Port(from.clone()), to, traffic: Traffic::tcp(22) }
    }

    #[tokio::test]
    async fn the_answer_is_that_of_the_records_and_the_rule_it_offers_can_be_added() {
        let cloud = Cloud::new().await;
        let ann = cloud.person("ann", "web", "member").await;
        let service = &cloud.services.network;
        let [a, b] = wired(&cloud, &ann).await;
        let group = service.create_security_group(&ann, "closed", "").await.unwrap();
        let mut tx = service.shared.db.write().await.unwrap();
        let sql = "UPDATE port_security_groups SET security_group_id = $1 WHERE port_id = $2";
        db::query(sql).bind(&group.id).bind(&b.id).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();

        let ask = async || service.reachability(&ann, ssh(&a.id, Place::Port(b.id.clone()))).await.unwrap();
        let refused = ask().await;
        assert!(!refused.reachable);
        let missing = refused.findings.iter().find_map(reach::Finding::missing_rule).expect("a rule is offered");
        assert_eq!(missing.security_group_id, group.id);
        service.create_rule(&ann, missing.clone()).await.unwrap();
        let allowed = ask().await;
        assert!(allowed.reachable, "{:#?}", allowed.findings);
    }

    #[tokio::test]
    async fn another_projects_things_are_not_there() {
        let cloud = Cloud::new().await;
        let ann = cloud.person("ann", "web", "member").await;
        let eve = cloud.person("eve", "other", "member").await;
        let service = &cloud.services.network;
        let [a, b] = wired(&cloud, &ann).await;
        for (question, field) in [
            (ssh(&a.id, Place::Address([10, 0, 0, 9].into())), "from"),
            (Question { from: Place::Address([10, 0, 0, 9].into()), ..ssh(&a.id, Place::Port(b.id.clone())) }, "to"),
            (Question { from: Place::Address([10, 0, 0, 9].into()), ..ssh(&a.id, Place::Instance("x".into())) }, "to"),
        ] {
            let error = service.reachability(&eve, question).await.expect_err("must be refused");
            assert_eq!((error.kind(), error.field.as_deref()), (Kind::NotFound, Some(field)));
        }
        let seen = service.snapshot(&eve).await.unwrap();
        assert_eq!((seen.ports.len(), seen.networks.len()), (0, 0));
        assert!(service.reachability(&cloud.system(), ssh(&a.id, Place::Port(b.id))).await.unwrap().reachable);
    }

    #[tokio::test]
    async fn impossible_traffic_is_refused_at_its_field() {
        let cloud = Cloud::new().await;
        let ann = cloud.person("ann", "web", "member").await;
        let [a, b] = wired(&cloud, &ann).await;
        for (protocol, port, field) in [(Some("telepathy"), None, "protocol"), (None, Some(22), "port")] {
            let traffic = Traffic { protocol: protocol.map(str::to_owned), port };
            let question = Question { traffic, ..ssh(&a.id, Place::Port(b.id.clone())) };
            let error = cloud.services.network.reachability(&ann, question).await.expect_err("must be refused");
            assert_eq!(error.field.as_deref(), Some(field));
        }
    }
}
