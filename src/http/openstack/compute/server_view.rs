//! An instance in the compute API's shape.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha224};

use super::microversion::Microversion;
use crate::control::Ctx;
use crate::http::base::Base;
use crate::http::failure::status;
use crate::http::openstack::time::{micros, seconds};
use crate::model::instance::{Fault, Instance};
use crate::model::state::Status;

/// From here on administrators see how the guest was named and started.
const MORE_FOR_ADMINISTRATORS: Microversion = Microversion(3);

/// Id, name and links.
pub fn brief(instance: &Instance, base: &Base) -> Value {
    json!({ "id": instance.id, "name": instance.name, "links": links(instance, base) })
}

/// Where the server is.
pub fn links(instance: &Instance, base: &Base) -> Value {
    json!([
        { "rel": "self", "href": format!("{base}/compute/v2.1/servers/{}", instance.id) },
        { "rel": "bookmark", "href": format!("{base}/compute/servers/{}", instance.id) },
    ])
}

/// Everything that the caller may see of a server.
pub fn full(instance: &Instance, base: &Base, ctx: &Ctx, version: Microversion) -> Value {
    let groups: Vec<Value> = instance.security_groups.iter().map(|name| json!({ "name": name })).collect();
    let bookmark = |kind: &str, id: &str| json!([{ "rel": "bookmark", "href": format!("{base}/compute/{kind}/{id}") }]);
    let mut view = json!({
        "id": instance.id,
        "name": instance.name,
        "status": instance.status(),
        "tenant_id": instance.project_id,
        "user_id": instance.user_id,
        "metadata": instance.metadata,
        "hostId": host_id(instance),
        "image": { "id": instance.image.id, "links": bookmark("images", instance.image.id.as_str()) },
        "flavor": { "id": instance.flavor.id, "links": bookmark("flavors", instance.flavor.id.as_str()) },
        "created": seconds(instance.created_at),
        "updated": seconds(instance.updated_at),
        "addresses": addresses(instance),
        "accessIPv4": "",
        "accessIPv6": "",
        "links": links(instance, base),
        "OS-DCF:diskConfig": "MANUAL",
        "OS-EXT-AZ:availability_zone": if instance.host.is_some() { instance.availability_zone.as_str() } else { "" },
        "config_drive": if instance.config_drive { "True" } else { "" },
        "key_name": instance.key_name,
        "OS-SRV-USG:launched_at": instance.launched_at.map(micros),
        "OS-SRV-USG:terminated_at": null,
        "OS-EXT-STS:task_state": instance.task_state,
        "OS-EXT-STS:vm_state": instance.vm_state,
        "OS-EXT-STS:power_state": instance.power_state.code(),
        "os-extended-volumes:volumes_attached": [],
        "security_groups": groups,
    });
    match (&instance.fault, instance.status()) {
        (Some(fault), Status::Error | Status::Deleted) => view["fault"] = fault_view(fault),
        (_, Status::Error) => {}
        _ => view["progress"] = json!(0),
    }
    if ctx.is_admin() {
        add_for_administrators(&mut view, instance, version);
    }
    view
}

fn add_for_administrators(view: &mut Value, instance: &Instance, version: Microversion) {
    view["OS-EXT-SRV-ATTR:host"] = json!(instance.host);
    view["OS-EXT-SRV-ATTR:hypervisor_hostname"] = json!(instance.host);
    view["OS-EXT-SRV-ATTR:instance_name"] = json!(instance.domain_name);
    if version >= MORE_FOR_ADMINISTRATORS {
        view["OS-EXT-SRV-ATTR:reservation_id"] = json!(instance.request_id);
        view["OS-EXT-SRV-ATTR:launch_index"] = json!(0);
        view["OS-EXT-SRV-ATTR:hostname"] = json!(instance.name);
        view["OS-EXT-SRV-ATTR:kernel_id"] = json!("");
        view["OS-EXT-SRV-ATTR:ramdisk_id"] = json!("");
        view["OS-EXT-SRV-ATTR:root_device_name"] = json!("/dev/vda");
        view["OS-EXT-SRV-ATTR:user_data"] = Value::Null;
    }
}

/// Addresses by the name of their network.
fn addresses(instance: &Instance) -> Value {
    let mut networks: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for address in &instance.addresses {
        networks.entry(&address.network_name).or_default().push(json!({
            "version": if address.ip.contains(':') { 6 } else { 4 },
            "addr": address.ip,
            "OS-EXT-IPS:type": if address.floating { "floating" } else { "fixed" },
            "OS-EXT-IPS-MAC:mac_addr": address.mac,
        }));
    }
    json!(networks)
}

/// Tells a project which of its servers share a host, and not which host it is.
fn host_id(instance: &Instance) -> String {
    let host = instance.host.as_deref().map(|host| Sha224::digest(format!("{}{host}", instance.project_id)));
    host.map(hex::encode).unwrap_or_default()
}

fn fault_view(fault: &Fault) -> Value {
    json!({
        "code": status(fault.reason.kind()).as_u16(),
        "created": seconds(fault.created_at),
        "message": fault.reason.to_string(),
    })
}
