//! A router's legs: veth pairs from its namespace to the bridges of its networks.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::super::link::{self, Link};
use crate::agent::command::run;
use crate::bus::contract::{LegPlan, RouterPlan};
use crate::model::{PortId, Result, RouterId};

/// A leg as it should be.
struct Leg<'a> {
    plan: &'a LegPlan,
    /// In the namespace: `qg-…` for the gateway, `qr-…` for an interface, as Neutron names them.
    inside: String,
    /// On the bridge.
    outside: String,
    addresses: Vec<Ipv4Net>,
}

/// Outer addresses that are new on a leg, and so to be made known to its neighbours.
pub struct New {
    inside: String,
    addresses: Vec<Ipv4Addr>,
}

/// The name of a router's gateway leg in its namespace.
pub fn gateway_name(port: &PortId) -> String {
    name("qg-", port)
}

/// Makes the legs be as planned, and no others.
///
/// # Errors
/// When `ip` fails.
pub async fn ensure(links: &[Link], plan: &RouterPlan, netns: &str, mark: &str) -> Result<Vec<New>> {
    let wanted = wanted(plan);
    let present = link::all_in(netns).await?;
    let ours = |link: &&Link| link.name.starts_with("qr-") || link.name.starts_with("qg-");
    for gone in present.iter().filter(ours).filter(|link| !wanted.iter().any(|leg| leg.inside == link.name)) {
        link::batch_in(netns, &[format!("link delete dev {}", gone.name)]).await?;
    }
    // What is left of a leg whose other end was in a namespace that lost its name.
    let alias = alias(mark, &plan.router_id);
    for stale in links.iter().filter(|link| link.alias.as_deref() == Some(alias.as_str())) {
        let whole = |leg: &Leg<'_>| leg.outside == stale.name && link::find(&present, &leg.inside).is_some();
        if !wanted.iter().any(whole) {
            link::delete(&stale.name).await?;
        }
    }
    let mut all_new = Vec::new();
    let mut failed = Ok(());
    for leg in &wanted {
        // A network that is not here must not keep the other legs from being mended.
        match leg.ensure(links, &present, netns, &alias, plan.admin_state_up).await {
            Ok(new) => all_new.extend(new),
            Err(error) => failed = Err(error),
        }
    }
    failed.map(|()| all_new)
}

/// The devices on this host's bridges that belong to a router.
pub fn of_router(links: &[Link], router: &RouterId, mark: &str) -> Vec<String> {
    let alias = alias(mark, router);
    links.iter().filter(|link| link.alias.as_deref() == Some(alias.as_str())).map(|link| link.name.clone()).collect()
}

/// Tells the neighbours of new addresses, who may remember another owner. Takes a while, which nobody waits for.
pub fn announce(netns: &str, all_new: Vec<New>) {
    for New { inside, addresses } in all_new {
        for address in addresses {
            let (netns, inside) = (netns.to_owned(), inside.clone());
            tokio::spawn(async move {
                let address = address.to_string();
                let words = ["netns", "exec", &netns, "arping", "-q", "-A", "-c", "2", "-I", &inside, &address];
                if let Err(error) = run("ip", &words).await {
                    tracing::warn!(%error, address, "neighbours could not be told of an address");
                }
            });
        }
    }
}

impl Leg<'_> {
    async fn ensure(
        &self,
        links: &[Link],
        present: &[Link],
        netns: &str,
        alias: &str,
        is_up: bool,
    ) -> Result<Option<New>> {
        let Self { plan, inside, outside, addresses } = self;
        let (mac, mtu, bridge) = (&plan.mac, plan.mtu, &plan.bridge);
        let mut far = link::find(links, outside);
        let mut near = link::find(present, inside).cloned().unwrap_or_default();
        if far.is_none() || near.name.is_empty() {
            link::delete(outside).await?;
            let made = format!("link add name {outside} type veth peer name {inside} address {mac} netns {netns}");
            link::batch(&[made, format!("link set dev {outside} alias {alias}")]).await?;
            link::disable_ipv6(outside).await?;
            link::batch_in(netns, &[format!("link set dev {inside} addrgenmode none")]).await?;
            (far, near) = (None, Link { name: inside.clone(), mac: Some(mac.clone()), ..Link::default() });
        }
        if !far.is_some_and(|found| found.is_set(mtu, bridge)) {
            link::batch(&[format!("link set dev {outside} mtu {mtu} master {bridge} up")]).await?;
        }
        let mut commands = near.readdress(addresses);
        let state = if is_up { "up" } else { "down" };
        if near.mac.as_ref() != Some(mac) {
            commands.push(format!("link set dev {inside} address {mac}"));
        }
        if near.mtu != mtu || near.is_up() != is_up {
            commands.push(format!("link set dev {inside} mtu {mtu} {state}"));
        }
        link::batch_in(netns, &commands).await?;
        let known: Vec<Ipv4Net> = near.ipv4().filter(|_| near.is_up()).collect();
        let new: Vec<Ipv4Addr> =
            addresses.iter().filter(|address| !known.contains(address)).map(Ipv4Net::addr).collect();
        Ok((is_up && !new.is_empty()).then(|| New { inside: inside.clone(), addresses: new }))
    }
}

/// The gateway's leg has the floating IPs beside its own addresses.
fn wanted(plan: &RouterPlan) -> Vec<Leg<'_>> {
    let leg = |leg: &'_ LegPlan, kind: &str, more: Vec<Ipv4Net>| {
        let own = leg.addresses.iter().copied();
        (name(kind, &leg.port_id), name("leg", &leg.port_id), own.chain(more).collect())
    };
    let floating: Vec<Ipv4Net> = plan.floating_ips.iter().map(|floating| floating.floating_ip.into()).collect();
    let interfaces = plan.interfaces.iter().map(|plan| (plan, leg(plan, "qr-", Vec::new())));
    let gateway = plan.gateway.iter().map(|gateway| (&gateway.leg, leg(&gateway.leg, "qg-", floating.clone())));
    let all = interfaces.chain(gateway);
    all.map(|(plan, (inside, outside, addresses))| Leg { plan, inside, outside, addresses }).collect()
}

/// 14 characters; the kernel allows 15.
fn name(prefix: &str, port: &PortId) -> String {
    let id = port.as_str();
    format!("{prefix}{}", id.get(..11).unwrap_or(id))
}

fn alias(mark: &str, router: &RouterId) -> String {
    format!("arcus/{mark}/router/{router}")
}
