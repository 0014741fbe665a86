//! An instance in the compute API's shape, which grows with the microversion.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha224};

use super::microversion::Microversion;
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::status;
use crate::http::openstack::time::{micros, seconds};
use crate::model::Result;
use crate::model::host::Host;
use crate::model::instance::{Fault, Instance, InstanceAddress};
use crate::model::state::Status;

/// From here on administrators see how the guest was named and started.
const MORE_FOR_ADMINISTRATORS: u16 = 3;
const LOCKED: u16 = 9;
const HOST_STATUS: u16 = 16;
const DESCRIPTION: u16 = 19;
const TAGS: u16 = 26;
/// The flavor as it was at launch, instead of a reference.
const FLAVOR_WITHIN: u16 = 47;
const CERTIFICATES: u16 = 63;
const SERVER_GROUPS: u16 = 71;
const LOCKED_REASON: u16 = 73;
/// Changes are answered with the whole server from here on.
const WHOLE_AFTER_CHANGE: u16 = 75;
/// Everybody sees the host name.
const HOSTNAME: u16 = 90;
const PINNED_ZONE: u16 = 96;

/// Id, name and links.
pub fn brief(instance: &Instance, base: &Base) -> Value {
    json!({ "id": instance.id, "name": instance.name, "links": links(instance, base) })
}

/// Where the server is.
pub fn links(instance: &Instance, base: &Base) -> Value {
    json!([
        { "rel": "self", "href": base.url(&format!("/compute/v2.1/servers/{}", instance.id)) },
        { "rel": "bookmark", "href": base.url(&format!("/compute/servers/{}", instance.id)) },
    ])
}

/// What an answer looks like to one caller in one microversion.
pub struct View<'a> {
    base: &'a Base,
    ctx: &'a Ctx,
    version: Microversion,
    /// For administrators who are told how hosts are.
    hosts: Vec<Host>,
}

impl<'a> View<'a> {
    /// Asks for what is shown of hosts, if anything is.
    pub async fn new(services: &Services, ctx: &'a Ctx, base: &'a Base, version: Microversion) -> Result<Self> {
        let hosts =
            if ctx.is_admin() && version.0 >= HOST_STATUS { services.compute.hosts(ctx).await? } else { Vec::new() };
        Ok(Self { base, ctx, version, hosts })
    }

    /// One of a list.
    pub fn listed(&self, instance: &Instance) -> Value {
        let mut view = self.common(instance);
        self.add_more(&mut view, instance);
        view
    }

    /// One that was asked for, with its user data.
    pub fn shown(&self, instance: &Instance, user_data: Option<&str>) -> Value {
        let mut view = self.listed(instance);
        if self.version.0 >= SERVER_GROUPS {
            view["server_groups"] = json!(instance.notes.server_group.iter().collect::<Vec<_>>());
        }
        if let Some(shown) = view.get_mut("OS-EXT-SRV-ATTR:user_data") {
            *shown = json!(encoded(user_data));
        }
        view
    }

    /// One that was changed.
    pub fn changed(&self, instance: &Instance, user_data: Option<&str>) -> Value {
        if self.version.0 >= WHOLE_AFTER_CHANGE {
            return self.shown(instance, user_data);
        }
        let mut view = self.common(instance);
        view["addresses"] = plain_addresses(instance);
        if self.version.0 >= SERVER_GROUPS {
            view["server_groups"] = json!(instance.notes.server_group.iter().collect::<Vec<_>>());
        }
        view
    }

    /// What every answer with a server has.
    fn common(&self, instance: &Instance) -> Value {
        let Microversion(version) = self.version;
        let mut view = json!({
            "id": instance.id,
            "name": instance.name,
            "status": instance.status(),
            "tenant_id": instance.project_id,
            "user_id": instance.user_id,
            "metadata": instance.metadata,
            "hostId": host_id(instance),
            "image": { "id": instance.image.id, "links": self.bookmark("images", instance.image.id.as_str()) },
            "flavor": self.flavor(instance),
            "created": seconds(instance.created_at),
            "updated": seconds(instance.updated_at),
            "addresses": addresses(instance),
            "accessIPv4": instance.notes.access_ip_v4,
            "accessIPv6": instance.notes.access_ip_v6,
            "links": links(instance, self.base),
            "OS-DCF:diskConfig": disk_config(instance.notes.auto_disk_config),
        });
        match (&instance.fault, instance.status()) {
            (Some(fault), Status::Error | Status::Deleted) => view["fault"] = fault_view(fault),
            (_, Status::Active | Status::Build | Status::Rebuild) => view["progress"] = json!(0),
            _ => {}
        }
        let lock = instance.notes.lock.as_ref();
        let grown = [
            (LOCKED, "locked", json!(lock.is_some())),
            (DESCRIPTION, "description", json!(instance.description)),
            (TAGS, "tags", json!(instance.notes.tags)),
            (CERTIFICATES, "trusted_image_certificates", Value::Null),
            (LOCKED_REASON, "locked_reason", json!(lock.and_then(|lock| lock.reason.as_deref()))),
        ];
        add(&mut view, version, grown);
        view
    }

    /// What answers to a change got later than those to a question.
    fn add_more(&self, view: &mut Value, instance: &Instance) {
        let Microversion(version) = self.version;
        let groups: Vec<Value> = instance.security_groups.iter().map(|name| json!({ "name": name })).collect();
        let zone = if instance.host.is_some() { instance.availability_zone.as_str() } else { "" };
        let more = [
            (0, "OS-EXT-AZ:availability_zone", json!(zone)),
            (0, "config_drive", json!(if instance.config_drive { "True" } else { "" })),
            (0, "key_name", json!(instance.key_name)),
            (0, "OS-SRV-USG:launched_at", json!(instance.launched_at.map(micros))),
            (0, "OS-SRV-USG:terminated_at", json!(instance.deleted_at.map(micros))),
            (0, "OS-EXT-STS:task_state", json!(instance.task_state)),
            (0, "OS-EXT-STS:vm_state", json!(instance.vm_state)),
            (0, "OS-EXT-STS:power_state", json!(instance.power_state.code())),
            (0, "os-extended-volumes:volumes_attached", json!([])),
            (HOSTNAME, "OS-EXT-SRV-ATTR:hostname", json!(instance.notes.hostname)),
            (PINNED_ZONE, "pinned_availability_zone", json!(instance.notes.pinned_zone)),
        ];
        add(view, version, more);
        if !groups.is_empty() {
            view["security_groups"] = json!(groups);
        }
        if self.ctx.is_admin() {
            self.add_for_administrators(view, instance);
        }
    }

    fn add_for_administrators(&self, view: &mut Value, instance: &Instance) {
        let more = [
            (0, "OS-EXT-SRV-ATTR:host", json!(instance.host)),
            (0, "OS-EXT-SRV-ATTR:hypervisor_hostname", json!(instance.host)),
            (0, "OS-EXT-SRV-ATTR:instance_name", json!(instance.domain_name)),
            (MORE_FOR_ADMINISTRATORS, "OS-EXT-SRV-ATTR:reservation_id", json!(instance.request_id)),
            (MORE_FOR_ADMINISTRATORS, "OS-EXT-SRV-ATTR:launch_index", json!(0)),
            (MORE_FOR_ADMINISTRATORS, "OS-EXT-SRV-ATTR:hostname", json!(instance.notes.hostname)),
            (MORE_FOR_ADMINISTRATORS, "OS-EXT-SRV-ATTR:kernel_id", json!("")),
            (MORE_FOR_ADMINISTRATORS, "OS-EXT-SRV-ATTR:ramdisk_id", json!("")),
            (MORE_FOR_ADMINISTRATORS, "OS-EXT-SRV-ATTR:root_device_name", json!("/dev/vda")),
            (MORE_FOR_ADMINISTRATORS, "OS-EXT-SRV-ATTR:user_data", Value::Null),
            (HOST_STATUS, "host_status", json!(self.host_status(instance))),
        ];
        add(view, self.version.0, more);
    }

    fn host_status(&self, instance: &Instance) -> &'static str {
        let host = self.hosts.iter().find(|host| Some(&host.inventory.host) == instance.host.as_ref());
        match host {
            None if instance.host.is_none() => "",
            None => "UNKNOWN",
            Some(host) if !host.enabled => "MAINTENANCE",
            Some(host) if host.alive => "UP",
            Some(_) => "DOWN",
        }
    }

    fn flavor(&self, instance: &Instance) -> Value {
        let flavor = &instance.flavor;
        if self.version.0 < FLAVOR_WITHIN {
            return json!({ "id": flavor.id, "links": self.bookmark("flavors", flavor.id.as_str()) });
        }
        json!({
            "original_name": flavor.name,
            "vcpus": flavor.vcpus,
            "ram": flavor.ram_mb,
            "disk": flavor.disk_gb,
            "ephemeral": 0,
            "swap": 0,
            "extra_specs": flavor.extra_specs,
        })
    }

    fn bookmark(&self, kind: &str, id: &str) -> Value {
        json!([{ "rel": "bookmark", "href": self.base.url(&format!("/compute/{kind}/{id}")) }])
    }
}

/// Adds the members that the microversion knows.
fn add<const N: usize>(view: &mut Value, version: u16, members: [(u16, &str, Value); N]) {
    for (since, name, value) in members {
        if version >= since {
            view[name] = value;
        }
    }
}

/// OpenStack's word for whether the guest's disk is fitted to the flavor.
pub fn disk_config(auto: bool) -> &'static str {
    if auto { "AUTO" } else { "MANUAL" }
}

/// User data as the API carries it.
pub fn encoded(user_data: Option<&str>) -> Option<String> {
    user_data.map(|text| STANDARD.encode(text))
}

/// Addresses by the name of their network.
fn addresses(instance: &Instance) -> Value {
    by_network(instance, |address| {
        json!({
            "version": ip_version(&address.ip),
            "addr": address.ip,
            "OS-EXT-IPS:type": if address.floating { "floating" } else { "fixed" },
            "OS-EXT-IPS-MAC:mac_addr": address.mac,
        })
    })
}

/// As in a server, without what is known of each address.
pub fn plain_addresses(instance: &Instance) -> Value {
    by_network(instance, |address| json!({ "version": ip_version(&address.ip), "addr": address.ip }))
}

fn by_network(instance: &Instance, view: impl Fn(&InstanceAddress) -> Value) -> Value {
    let mut networks: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for address in &instance.addresses {
        networks.entry(&address.network_name).or_default().push(view(address));
    }
    json!(networks)
}

fn ip_version(ip: &str) -> u8 {
    if ip.contains(':') { 6 } else { 4 }
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
