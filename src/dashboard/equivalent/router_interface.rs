//! What joins a router to subnets.

use serde_json::json;

use super::call::Call;
use super::cli::Cli;
use super::hcl::{Block, Value};
use super::shell::Later;
use super::wish::{Wish, deleted, made};
use super::{Form, port};
use crate::control::Ctx;
use crate::dashboard::api::form;
use crate::dashboard::api::router_interfaces::{AddInterface, RemoveInterface, port_at};
use crate::dashboard::server::services;
use crate::model::Result;
use crate::model::network::NewPort;

const INTERFACE: &str = "openstack_networking_router_interface_v2";

impl Form for AddInterface {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let Some(address) = form::optional(&self.fixed_ip) else { return Ok(by_gateway(&self)) };
        let network = services()?.network.subnet(ctx, &self.subnet).await?.network_id;
        Ok(by_address(&self, &port_at(network, address)))
    }
}

fn by_gateway(form: &AddInterface) -> Wish {
    let block = Block::resource(INTERFACE, "", "interface")
        .set("router_id", form.id.as_str())
        .set("subnet_id", form.subnet.as_str());
    let call = Call::network("PUT", format!("routers/{}/add_router_interface", form.id));
    let command = Cli::new("router add subnet").arg(&form.id).arg(&form.subnet);
    Wish::new(command, call.json(json!({ "subnet_id": form.subnet })), made(&[block]))
}

/// A chosen address is a port's, which is made first.
fn by_address(form: &AddInterface, new: &NewPort) -> Wish {
    let id = Later::PortId;
    let join = Call::network("PUT", format!("routers/{}/add_router_interface", form.id));
    let address = Block::within("fixed_ip")
        .set("subnet_id", form.subnet.as_str())
        .set("ip_address", new.fixed_ip.clone().unwrap_or_default());
    let blocks = [
        Block::resource("openstack_networking_port_v2", "", "interface")
            .set("network_id", new.network_id.as_str())
            .holds(address),
        Block::resource(INTERFACE, "", "interface")
            .set("router_id", form.id.as_str())
            .set("port_id", Value::Expression("openstack_networking_port_v2.interface.id".to_owned())),
    ];
    Wish {
        commands: vec![port::command(new).saves(id), Cli::new("router add port").arg(&form.id).arg(id.mark())],
        calls: vec![port::call(new).saves(id, ".port.id"), join.json(json!({ "port_id": id.mark() }))],
        terraform: made(&blocks),
        notes: Vec::new(),
    }
}

impl Form for RemoveInterface {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let command = Cli::new("router remove port").arg(&self.id).arg(&self.port);
        let call = Call::network("PUT", format!("routers/{}/remove_router_interface", self.id));
        Ok(Wish::new(command, call.json(json!({ "port_id": self.port })), deleted()))
    }
}
