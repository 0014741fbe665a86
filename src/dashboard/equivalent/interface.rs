//! An instance's ports.

use serde_json::json;

use super::Form;
use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::interfaces::{Attach, Detach};
use crate::model::Result;

impl Form for Attach {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let id = self.id.clone();
        let nic = self.nic();
        let (command, body) = match (&nic.port_id, &nic.fixed_ip) {
            (Some(port), _) => (Cli::new("server add port").arg(&id).arg(port), json!({ "port_id": port })),
            (None, None) => {
                let command = Cli::new("server add network").arg(&id).arg(&nic.network_id);
                (command, json!({ "net_id": nic.network_id }))
            }
            (None, Some(ip)) => {
                let command =
                    Cli::new("server add fixed ip").option("--fixed-ip-address", ip).arg(&id).arg(&nic.network_id);
                (command, json!({ "net_id": nic.network_id, "fixed_ips": [{ "ip_address": ip }] }))
            }
        };
        let call = Call::compute("POST", format!("servers/{id}/os-interface"));
        let block = Block::resource("openstack_compute_interface_attach_v2", "", "nic")
            .set("instance_id", id.as_str())
            .filled("network_id", nic.network_id.as_str())
            .maybe("fixed_ip", nic.fixed_ip.as_ref())
            .maybe("port_id", nic.port_id.as_ref().map(|port| port.as_str()));
        Ok(Wish::new(command, call.json(json!({ "interfaceAttachment": body })), made(&[block])))
    }
}

impl Form for Detach {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let command = Cli::new("server remove port").arg(&self.id).arg(&self.port);
        let call = Call::compute("DELETE", format!("servers/{}/os-interface/{}", self.id, self.port));
        Ok(Wish::new(command, call, deleted()))
    }
}
