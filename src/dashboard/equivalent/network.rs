//! Networks.

use serde_json::json;

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::{Block, Value as Hcl, label};
use super::shell::Later;
use super::subnet;
use super::wish::{Wish, changed, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::networks::{CreateNetwork, DeleteNetwork, UpdateNetwork};
use crate::model::network::NewNetwork;
use crate::model::{Result, validate};

const NETWORK: &str = "openstack_networking_network_v2";

impl Form for CreateNetwork {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let mut network = self.form.command(self.segment)?;
        network.name = validate::name("name", &network.name)?;
        if !self.subnet.is_wanted() {
            return Ok(Wish::new(command(&network), call(&network), made(&[block(&network)])));
        }
        let id = Later::NetworkId;
        let subnet = self.subnet.request(&id.mark().into())?;
        let reference = Hcl::Expression(format!("{NETWORK}.{}.id", label(&network.name, "network")));
        let mut blocks = vec![block(&network)];
        blocks.extend(subnet::blocks(&subnet, reference));
        Ok(Wish {
            commands: vec![command(&network).saves(id), subnet::command(&subnet)],
            calls: vec![call(&network).saves(id, ".network.id"), subnet::call(&subnet)],
            terraform: made(&blocks),
            notes: Vec::new(),
        })
    }
}

fn command(network: &NewNetwork) -> Cli {
    Cli::new("network create")
        .maybe("--description", Some(&network.description).filter(|text| !text.is_empty()))
        .flag_if(!network.admin_state_up, "--disable")
        .flag_if(network.shared, "--share")
        .flag_if(network.external, "--external")
        .maybe("--mtu", network.mtu.map(|mtu| mtu.to_string()))
        .maybe("--provider-network-type", network.provider_type.as_ref())
        .maybe("--provider-physical-network", network.physical_network.as_ref())
        .maybe("--provider-segment", network.segmentation_id.map(|number| number.to_string()))
        .flag_if(network.port_security == Some(false), "--disable-port-security")
        .arg(&network.name)
}

fn call(network: &NewNetwork) -> Call {
    let body = Body::of([("name", json!(network.name)), ("admin_state_up", json!(network.admin_state_up))])
        .filled("description", &network.description)
        .maybe("shared", network.shared.then_some(true))
        .maybe("router:external", network.external.then_some(true))
        .maybe("mtu", network.mtu)
        .maybe("provider:network_type", network.provider_type.as_deref())
        .maybe("provider:physical_network", network.physical_network.as_deref())
        .maybe("provider:segmentation_id", network.segmentation_id)
        .maybe("port_security_enabled", network.port_security);
    Call::network("POST", "networks").json(body.named("network"))
}

fn block(network: &NewNetwork) -> Block {
    let block = Block::resource(NETWORK, &network.name, "network")
        .set("name", &network.name)
        .filled("description", &network.description)
        .set("admin_state_up", network.admin_state_up)
        .maybe("shared", network.shared.then_some(true))
        .maybe("external", network.external.then_some(true))
        .maybe("mtu", network.mtu)
        .maybe("port_security_enabled", network.port_security);
    let segment = Block::within("segments")
        .maybe("network_type", network.provider_type.as_ref())
        .maybe("physical_network", network.physical_network.as_ref())
        .maybe("segmentation_id", network.segmentation_id);
    let segmented =
        network.provider_type.is_some() || network.physical_network.is_some() || network.segmentation_id.is_some();
    block.holds_all(segmented.then_some(segment))
}

impl Form for UpdateNetwork {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let (id, patch) = (self.id, self.form.patch(ctx));
        let name = validate::name("name", patch.name.as_deref().unwrap_or_default())?;
        let description = patch.description.unwrap_or_default();
        let command = Cli::new("network set")
            .option("--name", &name)
            .option("--description", &description)
            .either(patch.admin_state_up, "--enable", "--disable")
            .either(patch.shared, "--share", "--no-share")
            .either(patch.external, "--external", "--internal")
            .either(patch.port_security, "--enable-port-security", "--disable-port-security")
            .arg(&id);
        let body = Body::of([("name", json!(name)), ("description", json!(description))])
            .maybe("admin_state_up", patch.admin_state_up)
            .maybe("shared", patch.shared)
            .maybe("router:external", patch.external)
            .maybe("port_security_enabled", patch.port_security);
        let block = Block::resource(NETWORK, &name, "network")
            .set("name", &name)
            .set("description", description)
            .maybe("admin_state_up", patch.admin_state_up)
            .maybe("shared", patch.shared)
            .maybe("external", patch.external)
            .maybe("port_security_enabled", patch.port_security);
        let call = Call::network("PUT", format!("networks/{id}")).json(body.named("network"));
        Ok(Wish::new(command, call, changed(id.as_str(), &block)))
    }
}

impl Form for DeleteNetwork {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::network("DELETE", format!("networks/{}", self.id));
        Ok(Wish::new(Cli::new("network delete").arg(&self.id), call, deleted()))
    }
}
