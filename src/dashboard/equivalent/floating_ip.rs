//! Floating IPs.

use serde_json::{Value, json};

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::{Block, Value as Hcl};
use super::wish::{Wish, changed, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::floating_ips::{Allocate, Associate, Describe, Disassociate, Lead, Release, lead};
use crate::model::router::NewFloatingIp;
use crate::model::{FloatingIpId, PortId, Result};

const FLOATING_IP: &str = "openstack_networking_floatingip_v2";

impl Form for Allocate {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        Ok(taken(&self.command()))
    }
}

/// One more is taken from an external network.
fn taken(new: &NewFloatingIp) -> Wish {
    let command = Cli::new("floating ip create")
        .maybe("--floating-ip-address", new.address.as_ref())
        .maybe("--description", Some(&new.description).filter(|text| !text.is_empty()))
        .maybe("--port", new.port_id.as_ref())
        .maybe("--fixed-ip-address", new.fixed_ip.as_ref())
        .arg(&new.network_id);
    let body = Body::of([("floating_network_id", json!(new.network_id))])
        .maybe("floating_ip_address", new.address.as_deref())
        .filled("description", &new.description)
        .maybe("port_id", new.port_id.as_ref().map(PortId::as_str))
        .maybe("fixed_ip_address", new.fixed_ip.as_deref());
    // The provider wants the network's name, which its data source finds.
    let source = "openstack_networking_network_v2";
    let blocks = [
        Block::data(source, "external").set("network_id", new.network_id.as_str()),
        Block::resource(FLOATING_IP, "", "floating_ip")
            .set("pool", Hcl::Expression(format!("data.{source}.external.name")))
            .maybe("address", new.address.as_ref())
            .filled("description", &new.description)
            .maybe("port_id", new.port_id.as_ref().map(|port| port.as_str()))
            .maybe("fixed_ip", new.fixed_ip.as_ref()),
    ];
    Wish::new(command, Call::network("POST", "floatingips").json(body.named("floatingip")), made(&blocks))
}

impl Form for Associate {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let (id, port, fixed_ip) = match lead(&self.id, &self.target) {
            Lead::New(new) => return Ok(taken(&new)),
            Lead::Known(id, port, fixed_ip) => (id, port, fixed_ip),
        };
        let command =
            Cli::new("floating ip set").option("--port", &port).maybe("--fixed-ip-address", fixed_ip.as_ref()).arg(&id);
        let body = Body::of([("port_id", json!(port))]).maybe("fixed_ip_address", fixed_ip.as_deref());
        let block = Block::resource(FLOATING_IP, "", "floating_ip")
            .set("port_id", port.as_str())
            .maybe("fixed_ip", fixed_ip.as_ref());
        Ok(Wish::new(command, update(&id, body.into()), changed(id.as_str(), &block)))
    }
}

fn update(id: &FloatingIpId, body: Value) -> Call {
    Call::network("PUT", format!("floatingips/{id}")).json(json!({ "floatingip": body }))
}

impl Form for Disassociate {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let command = Cli::new("floating ip unset").flag("--port").arg(&self.id);
        let block = Block::resource(FLOATING_IP, "", "floating_ip").set("port_id", "");
        let call = update(&self.id, json!({ "port_id": null }));
        Ok(Wish::new(command, call, changed(self.id.as_str(), &block)))
    }
}

impl Form for Describe {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let command = Cli::new("floating ip set").option("--description", &self.description).arg(&self.id);
        let block = Block::resource(FLOATING_IP, "", "floating_ip").set("description", &self.description);
        let call = update(&self.id, json!({ "description": self.description }));
        Ok(Wish::new(command, call, changed(self.id.as_str(), &block)))
    }
}

impl Form for Release {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::network("DELETE", format!("floatingips/{}", self.id));
        Ok(Wish::new(Cli::new("floating ip delete").arg(&self.id), call, deleted()))
    }
}
