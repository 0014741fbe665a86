//! Subnets.

use serde_json::{Value, json};

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::{Block, Value as Hcl, label};
use super::wish::{Wish, changed_with, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::subnets::{CreateSubnet, DeleteSubnet, UpdateSubnet};
use crate::model::network::{NewSubnet, parse_cidr};
use crate::model::{Error, Result};

const SUBNET: &str = "openstack_networking_subnet_v2";

impl Form for CreateSubnet {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let subnet = self.form.request(&self.network)?;
        parse_cidr(&subnet.cidr).map_err(|reason| Error::on("cidr", reason))?;
        let blocks = blocks(&subnet, self.network.as_str());
        Ok(Wish::new(command(&subnet), call(&subnet), made(&blocks)))
    }
}

/// The command that makes a subnet.
pub fn command(subnet: &NewSubnet) -> Cli {
    Cli::new("subnet create")
        .option("--network", &subnet.network_id)
        .option("--subnet-range", &subnet.cidr)
        .maybe("--gateway", subnet.gateway_ip.as_deref().map(or_none))
        .flag_if(!subnet.enable_dhcp, "--no-dhcp")
        .each("--allocation-pool", pools(&subnet.allocation_pools))
        .each("--dns-nameserver", subnet.dns_nameservers.iter().cloned())
        .each("--host-route", routes(&subnet.host_routes))
        .arg(&subnet.name)
}

/// The call that makes a subnet.
pub fn call(subnet: &NewSubnet) -> Call {
    let gateway = subnet.gateway_ip.as_ref().map(|ip| json!(Some(ip).filter(|ip| !ip.is_empty())));
    let (pools, routes) = (&subnet.allocation_pools, &subnet.host_routes);
    let servers = Some(subnet.dns_nameservers.clone());
    let body = Body::of([
        ("network_id", json!(subnet.network_id)),
        ("name", json!(subnet.name)),
        ("ip_version", json!(4)),
        ("cidr", json!(subnet.cidr)),
        ("enable_dhcp", json!(subnet.enable_dhcp)),
    ]);
    let body = body
        .maybe("gateway_ip", gateway)
        .maybe("allocation_pools", (!pools.is_empty()).then(|| json_pools(pools)))
        .maybe("dns_nameservers", servers.filter(|servers| !servers.is_empty()))
        .maybe("host_routes", (!routes.is_empty()).then(|| json_routes(routes)));
    Call::network("POST", "subnets").json(body.named("subnet"))
}

/// The blocks that make a subnet of that network: routes of its hosts are resources of their own.
pub fn blocks(subnet: &NewSubnet, network: impl Into<Hcl>) -> Vec<Block> {
    let id = format!("{SUBNET}.{}.id", label(&subnet.name, "subnet"));
    let block = Block::resource(SUBNET, &subnet.name, "subnet")
        .filled("name", &subnet.name)
        .set("network_id", network)
        .set("cidr", &subnet.cidr)
        .set("ip_version", 4);
    let (gateway, servers) = (subnet.gateway_ip.as_deref(), &subnet.dns_nameservers);
    let block = more(block, gateway, subnet.enable_dhcp, servers, &subnet.allocation_pools);
    std::iter::once(block).chain(route_blocks(&subnet.host_routes, || Hcl::Expression(id.clone()))).collect()
}

fn route_blocks(routes: &[(String, String)], subnet: impl Fn() -> Hcl) -> Vec<Block> {
    let several = routes.len() > 1;
    let block = |(place, (destination, nexthop)): (usize, &(String, String))| {
        let label = if several { format!("route_{}", place + 1) } else { "route".to_owned() };
        Block::resource("openstack_networking_subnet_route_v2", &label, "route")
            .set("subnet_id", subnet())
            .set("destination_cidr", destination)
            .set("next_hop", nexthop)
    };
    routes.iter().enumerate().map(block).collect()
}

fn more(
    block: Block,
    gateway: Option<&str>,
    enable_dhcp: bool,
    dns_nameservers: &[String],
    pools: &[(String, String)],
) -> Block {
    let pool = |(first, last): &(String, String)| Block::within("allocation_pool").set("start", first).set("end", last);
    block
        .filled("gateway_ip", gateway.unwrap_or_default())
        .maybe("no_gateway", (gateway == Some("")).then_some(true))
        .set("enable_dhcp", enable_dhcp)
        .maybe("dns_nameservers", (!dns_nameservers.is_empty()).then(|| dns_nameservers.to_vec()))
        .holds_all(pools.iter().map(pool))
}

impl Form for UpdateSubnet {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let (id, patch) = (self.id, self.form.patch()?);
        let name = patch.name.unwrap_or_default();
        let (gateway, enable_dhcp) = (patch.gateway_ip.unwrap_or_default(), patch.enable_dhcp.unwrap_or(true));
        let (servers, host_routes) = (patch.dns_nameservers.unwrap_or_default(), patch.host_routes.unwrap_or_default());
        let chosen = patch.allocation_pools.is_some();
        let allocation_pools = patch.allocation_pools.unwrap_or_default();
        let command = Cli::new("subnet set")
            .option("--name", &name)
            .option("--gateway", or_none(&gateway))
            .either(Some(enable_dhcp), "--dhcp", "--no-dhcp")
            .flag_if(chosen, "--no-allocation-pool")
            .each("--allocation-pool", pools(&allocation_pools))
            .flag("--no-dns-nameservers")
            .each("--dns-nameserver", servers.iter().cloned())
            .flag("--no-host-route")
            .each("--host-route", routes(&host_routes))
            .arg(&id);
        let body = Body::of([
            ("name", json!(name)),
            ("gateway_ip", json!(Some(&gateway).filter(|ip| !ip.is_empty()))),
            ("enable_dhcp", json!(enable_dhcp)),
            ("dns_nameservers", json!(servers)),
            ("host_routes", json_routes(&host_routes)),
        ]);
        let body = body.maybe("allocation_pools", chosen.then(|| json_pools(&allocation_pools)));
        let block = Block::resource(SUBNET, &name, "subnet").set("name", &name);
        let block = more(block, Some(&gateway), enable_dhcp, &servers, &allocation_pools);
        let call = Call::network("PUT", format!("subnets/{id}")).json(body.named("subnet"));
        let routes = route_blocks(&host_routes, || id.as_str().into());
        Ok(Wish::new(command, call, changed_with(id.as_str(), &block, &routes)))
    }
}

fn or_none(gateway: &str) -> &str {
    if gateway.is_empty() { "none" } else { gateway }
}

fn pools(pools: &[(String, String)]) -> Vec<String> {
    pools.iter().map(|(first, last)| format!("start={first},end={last}")).collect()
}

fn routes(routes: &[(String, String)]) -> Vec<String> {
    routes.iter().map(|(destination, nexthop)| format!("destination={destination},gateway={nexthop}")).collect()
}

fn json_pools(pools: &[(String, String)]) -> Value {
    pools.iter().map(|(first, last)| json!({ "start": first, "end": last })).collect()
}

fn json_routes(routes: &[(String, String)]) -> Value {
    routes.iter().map(|(destination, nexthop)| json!({ "destination": destination, "nexthop": nexthop })).collect()
}

impl Form for DeleteSubnet {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::network("DELETE", format!("subnets/{}", self.id));
        Ok(Wish::new(Cli::new("subnet delete").arg(&self.id), call, deleted()))
    }
}
