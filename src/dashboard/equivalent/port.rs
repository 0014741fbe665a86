//! Ports.

use serde_json::{Value, json};

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, changed, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::ports::{CreatePort, DeletePort, UpdatePort};
use crate::dashboard::server::services;
use crate::model::network::{NewPort, parse_ipv4};
use crate::model::{Error, Result, SubnetId};

const PORT: &str = "openstack_networking_port_v2";

/// A further address, and its MAC address where that is not the port's own.
type Pair = (String, Option<String>);

impl Form for CreatePort {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let port = self.command();
        let subnet = subnet_of(ctx, &port).await?;
        Ok(Wish::new(command(&port), call(&port), made(&[block(&port, subnet)])))
    }
}

/// The subnet that a chosen address is of, if one is chosen: the provider wants to be told.
async fn subnet_of(ctx: &Ctx, port: &NewPort) -> Result<Option<SubnetId>> {
    let Some(ip) = &port.fixed_ip else { return Ok(None) };
    let ip = parse_ipv4(ip).map_err(|reason| Error::on("fixed_ip", reason))?;
    let subnets = services()?.network.network(ctx, &port.network_id).await?.subnets;
    Ok(subnets.into_iter().find(|subnet| subnet.cidr.contains(&ip)).map(|subnet| subnet.id))
}

/// The command that makes a port.
pub fn command(port: &NewPort) -> Cli {
    let cli = Cli::new("port create")
        .option("--network", &port.network_id)
        .maybe("--fixed-ip", port.fixed_ip.as_ref().map(|ip| format!("ip-address={ip}")))
        .maybe("--mac-address", port.mac.as_ref())
        .maybe("--description", Some(&port.description).filter(|text| !text.is_empty()))
        .flag_if(port.admin_state_up == Some(false), "--disable")
        .flag_if(port.port_security == Some(false), "--disable-port-security");
    let none = port.security_groups.as_ref().is_some_and(Vec::is_empty);
    cli.flag_if(none, "--no-security-group")
        .each("--security-group", port.security_groups.clone().unwrap_or_default())
        .each("--allowed-address", pairs(&port.allowed_address_pairs))
        .arg(&port.name)
}

/// The call that makes a port.
pub fn call(port: &NewPort) -> Call {
    let pairs = &port.allowed_address_pairs;
    let body = Body::of([("network_id", json!(port.network_id)), ("name", json!(port.name))])
        .maybe("fixed_ips", port.fixed_ip.as_ref().map(|ip| json!([{ "ip_address": ip }])))
        .maybe("mac_address", port.mac.as_deref())
        .filled("description", &port.description)
        .maybe("admin_state_up", port.admin_state_up)
        .maybe("port_security_enabled", port.port_security)
        .maybe("security_groups", port.security_groups.clone())
        .maybe("allowed_address_pairs", (!pairs.is_empty()).then(|| json_pairs(pairs)));
    Call::network("POST", "ports").json(body.named("port"))
}

fn block(port: &NewPort, subnet: Option<SubnetId>) -> Block {
    let address = |ip: &String| {
        Block::within("fixed_ip").maybe("subnet_id", subnet.as_ref().map(SubnetId::as_str)).set("ip_address", ip)
    };
    let block = Block::resource(PORT, &port.name, "port")
        .filled("name", &port.name)
        .set("network_id", port.network_id.as_str())
        .maybe("mac_address", port.mac.as_ref())
        .filled("description", &port.description)
        .maybe("admin_state_up", port.admin_state_up)
        .maybe("port_security_enabled", port.port_security);
    let block = with_groups(block, port.security_groups.clone());
    block.holds_all(port.fixed_ip.as_ref().map(address)).holds_all(pair_blocks(&port.allowed_address_pairs))
}

/// None at all is said by a word of its own.
fn with_groups(block: Block, groups: Option<Vec<String>>) -> Block {
    match groups {
        None => block,
        Some(groups) if groups.is_empty() => block.set("no_security_groups", true),
        Some(groups) => block.set("security_group_ids", groups),
    }
}

fn pair_blocks(pairs: &[Pair]) -> impl Iterator<Item = Block> {
    pairs.iter().map(|(ip, mac)| {
        Block::within("allowed_address_pairs").set("ip_address", ip).maybe("mac_address", mac.as_ref())
    })
}

fn pairs(pairs: &[Pair]) -> Vec<String> {
    let mac = |mac: &Option<String>| mac.as_ref().map(|mac| format!(",mac-address={mac}")).unwrap_or_default();
    pairs.iter().map(|(ip, own)| format!("ip-address={ip}{}", mac(own))).collect()
}

fn json_pairs(pairs: &[Pair]) -> Value {
    let pair = |(ip, mac): &Pair| match mac {
        Some(mac) => json!({ "ip_address": ip, "mac_address": mac }),
        None => json!({ "ip_address": ip }),
    };
    pairs.iter().map(pair).collect()
}

impl Form for UpdatePort {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let (id, patch) = (self.id, self.form.patch());
        let (name, description) = (patch.name.unwrap_or_default(), patch.description.unwrap_or_default());
        let groups = patch.security_groups.unwrap_or_default();
        let further = patch.allowed_address_pairs.unwrap_or_default();
        let command = Cli::new("port set")
            .option("--name", &name)
            .option("--description", &description)
            .either(patch.admin_state_up, "--enable", "--disable")
            .flag("--no-security-group")
            .each("--security-group", groups.iter().cloned())
            .flag("--no-allowed-address")
            .each("--allowed-address", pairs(&further))
            .either(patch.port_security, "--enable-port-security", "--disable-port-security")
            .arg(&id);
        let block = Block::resource(PORT, &name, "port")
            .set("name", &name)
            .set("description", &description)
            .maybe("admin_state_up", patch.admin_state_up)
            .maybe("port_security_enabled", patch.port_security);
        let block = with_groups(block, Some(groups.clone())).holds_all(pair_blocks(&further));
        let body = json!({
            "name": name,
            "description": description,
            "admin_state_up": patch.admin_state_up,
            "port_security_enabled": patch.port_security,
            "security_groups": groups,
            "allowed_address_pairs": json_pairs(&further),
        });
        let call = Call::network("PUT", format!("ports/{id}")).json(json!({ "port": body }));
        Ok(Wish::new(command, call, changed(id.as_str(), &block)))
    }
}

impl Form for DeletePort {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::network("DELETE", format!("ports/{}", self.id));
        Ok(Wish::new(Cli::new("port delete").arg(&self.id), call, deleted()))
    }
}
