//! Routers, their ways out and their static routes.

use serde_json::{Value, json};

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, changed, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::routers::{
    AddRoute, ClearGateway, CreateRouter, DeleteRouter, RemoveRoute, SetGateway, UpdateRouter,
};
use crate::model::router::NewGateway;
use crate::model::{Error, Reason, Result, RouterId, validate};

const ROUTER: &str = "openstack_networking_router_v2";

impl Form for CreateRouter {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let router = self.form.command(self.gateway.request(ctx));
        let (name, gateway) = (validate::name("name", &router.name)?, router.gateway.as_ref());
        let command = Cli::new("router create")
            .maybe("--description", Some(&router.description).filter(|text| !text.is_empty()))
            .flag_if(!router.admin_state_up, "--disable");
        let command = with_gateway(command, gateway).arg(&name);
        let body = Body::of([("name", json!(name)), ("admin_state_up", json!(router.admin_state_up))])
            .filled("description", &router.description)
            .maybe("external_gateway_info", gateway.map(info));
        let block = Block::resource(ROUTER, &name, "router")
            .set("name", &name)
            .filled("description", &router.description)
            .set("admin_state_up", router.admin_state_up);
        let call = Call::network("POST", "routers").json(body.named("router"));
        Ok(Wish::new(command, call, made(&[leads_out(block, gateway)])))
    }
}

fn with_gateway(command: Cli, gateway: Option<&NewGateway>) -> Cli {
    let Some(gateway) = gateway else { return command };
    command
        .option("--external-gateway", &gateway.network_id)
        .maybe("--fixed-ip", gateway.fixed_ip.as_ref().map(|ip| format!("ip-address={ip}")))
        .either(gateway.enable_snat, "--enable-snat", "--disable-snat")
}

fn info(gateway: &NewGateway) -> Value {
    Body::of([("network_id", json!(gateway.network_id))])
        .maybe("enable_snat", gateway.enable_snat)
        .maybe("external_fixed_ips", gateway.fixed_ip.as_ref().map(|ip| json!([{ "ip_address": ip }])))
        .into()
}

fn leads_out(block: Block, gateway: Option<&NewGateway>) -> Block {
    let Some(gateway) = gateway else { return block };
    let address = |ip: &String| Block::within("external_fixed_ip").set("ip_address", ip);
    block
        .set("external_network_id", gateway.network_id.as_str())
        .maybe("enable_snat", gateway.enable_snat)
        .holds_all(gateway.fixed_ip.as_ref().map(address))
}

fn update(id: &RouterId, body: Value) -> Call {
    Call::network("PUT", format!("routers/{id}")).json(json!({ "router": body }))
}

impl Form for UpdateRouter {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let (id, patch) = (self.id, self.form.patch());
        let name = validate::name("name", patch.name.as_deref().unwrap_or_default())?;
        let description = patch.description.unwrap_or_default();
        let command = Cli::new("router set")
            .option("--name", &name)
            .option("--description", &description)
            .either(patch.admin_state_up, "--enable", "--disable")
            .arg(&id);
        let block = Block::resource(ROUTER, &name, "router")
            .set("name", &name)
            .set("description", &description)
            .maybe("admin_state_up", patch.admin_state_up);
        let body = json!({ "name": name, "description": description, "admin_state_up": patch.admin_state_up });
        Ok(Wish::new(command, update(&id, body), changed(id.as_str(), &block)))
    }
}

impl Form for DeleteRouter {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::network("DELETE", format!("routers/{}", self.id));
        Ok(Wish::new(Cli::new("router delete").arg(&self.id), call, deleted()))
    }
}

impl Form for SetGateway {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        // The form offers networks alone; without one it has nothing to set.
        let required = || Error::on("external_network", Reason::Required { field: "external_network".to_owned() });
        let gateway = self.form.request(ctx).ok_or_else(required)?;
        let command = with_gateway(Cli::new("router set"), Some(&gateway)).arg(&self.id);
        let block = leads_out(Block::resource(ROUTER, "", "router"), Some(&gateway));
        let call = update(&self.id, json!({ "external_gateway_info": info(&gateway) }));
        Ok(Wish::new(command, call, changed(self.id.as_str(), &block)))
    }
}

impl Form for ClearGateway {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let command = Cli::new("router unset").flag("--external-gateway").arg(&self.id);
        let block = Block::resource(ROUTER, "", "router").set("external_network_id", "");
        let call = update(&self.id, json!({ "external_gateway_info": null }));
        Ok(Wish::new(command, call, changed(self.id.as_str(), &block)))
    }
}

impl Form for AddRoute {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let block = Block::resource("openstack_networking_router_route_v2", "", "route")
            .set("router_id", self.id.as_str())
            .set("destination_cidr", self.destination.trim())
            .set("next_hop", self.nexthop.trim());
        let (command, call) = route("add", &self.id, &self.destination, &self.nexthop)?;
        Ok(Wish::new(command, call, made(&[block])))
    }
}

impl Form for RemoveRoute {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let (command, call) = route("remove", &self.id, &self.destination, &self.nexthop)?;
        Ok(Wish::new(command, call, deleted()))
    }
}

fn route(verb: &str, id: &RouterId, destination: &str, nexthop: &str) -> Result<(Cli, Call)> {
    let (destination, nexthop) = (destination.trim(), nexthop.trim());
    for (field, typed) in [("destination", destination), ("nexthop", nexthop)] {
        if typed.is_empty() {
            return Err(Error::on(field, Reason::Required { field: field.to_owned() }));
        }
    }
    let command = Cli::new(&format!("router {verb} route"))
        .option("--route", format!("destination={destination},gateway={nexthop}"))
        .arg(id);
    let routes = json!([{ "destination": destination, "nexthop": nexthop }]);
    let call = Call::network("PUT", format!("routers/{id}/{verb}_extraroutes"));
    Ok((command, call.json(json!({ "router": { "routes": routes } }))))
}
