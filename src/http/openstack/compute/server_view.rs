//! An instance in the compute API's shape, which grows with the microversion.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha224};

use super::microversion::Microversion;
use super::server_shape::{
    Address, Addresses, FaultShape, FlavorShape, ForAdministrators, Image, Link, More, Name, Referred, Server, Start,
    VolumeAttached,
};
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::status;
use crate::http::openstack::time::{micros, seconds};
use crate::model::host::Host;
use crate::model::instance::{Fault, Instance, InstanceAddress};
use crate::model::state::Status;
use crate::model::volume::Attachment;
use crate::model::{Result, ServerGroupId};

/// From here on administrators see how the guest was named and started.
const MORE_FOR_ADMINISTRATORS: u16 = 3;
/// What becomes of volumes, likewise.
const DELETE_ON_TERMINATION: u16 = 3;
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
pub fn links(instance: &Instance, base: &Base) -> [Link; 2] {
    [
        Link { rel: "self", href: base.url(&format!("/compute/v2.1/servers/{}", instance.id)) },
        Link { rel: "bookmark", href: base.url(&format!("/compute/servers/{}", instance.id)) },
    ]
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
    pub fn listed<'i>(&self, instance: &'i Instance) -> Server<'i> {
        Server {
            more: Some(self.more(instance)),
            for_administrators: self.ctx.is_admin().then(|| self.for_administrators(instance)),
            ..self.common(instance)
        }
    }

    /// One that was asked for, with its user data.
    pub fn shown<'i>(&self, instance: &'i Instance, user_data: Option<&str>) -> Server<'i> {
        let mut view = Server { server_groups: self.groups(instance), ..self.listed(instance) };
        if let Some(start) = view.for_administrators.as_mut().and_then(|shown| shown.start.as_mut()) {
            start.user_data = encoded(user_data);
        }
        view
    }

    /// One that was changed.
    pub fn changed<'i>(&self, instance: &'i Instance, user_data: Option<&str>) -> Server<'i> {
        if self.version.0 >= WHOLE_AFTER_CHANGE {
            return self.shown(instance, user_data);
        }
        Server { addresses: plain_addresses(instance), server_groups: self.groups(instance), ..self.common(instance) }
    }

    /// What every answer with a server has.
    fn common<'i>(&self, instance: &'i Instance) -> Server<'i> {
        let (lock, notes, status) = (instance.notes.lock.as_ref(), &instance.notes, instance.status());
        Server {
            id: instance.id.as_str(),
            name: &instance.name,
            status,
            tenant_id: instance.project_id.as_str(),
            user_id: instance.user_id.as_str(),
            metadata: &instance.metadata,
            host_id: host_id(instance),
            image: match &instance.image {
                Some(image) => Image::Of(self.referred("images", image.id.as_str())),
                None => Image::None(""),
            },
            flavor: self.flavor(instance),
            created: seconds(instance.created_at),
            updated: seconds(instance.updated_at),
            addresses: addresses(instance),
            access_ip_v4: &notes.access_ip_v4,
            access_ip_v6: &notes.access_ip_v6,
            links: links(instance, self.base),
            disk_config: disk_config(notes.auto_disk_config),
            fault: instance.fault.as_ref().filter(|_| shows_fault(status)).map(fault),
            progress: shows_progress(status).then_some(instance.progress.unwrap_or(0)),
            locked: self.since(LOCKED, lock.is_some()),
            description: self.since(DESCRIPTION, instance.description.as_deref()),
            tags: self.since(TAGS, notes.tags.as_slice()),
            trusted_image_certificates: self.since(CERTIFICATES, ()),
            locked_reason: self.since(LOCKED_REASON, lock.and_then(|lock| lock.reason.as_deref())),
            server_groups: None,
            more: None,
            for_administrators: None,
        }
    }

    fn more<'i>(&self, instance: &'i Instance) -> More<'i> {
        let all_see_hostname = self.version.0 >= HOSTNAME;
        let administrators_do = self.version.0 >= MORE_FOR_ADMINISTRATORS && self.ctx.is_admin();
        More {
            availability_zone: if instance.host.is_some() { &instance.availability_zone } else { "" },
            config_drive: if instance.config_drive { "True" } else { "" },
            key_name: instance.key_name.as_deref(),
            launched_at: instance.launched_at.map(micros),
            terminated_at: instance.deleted_at.map(micros),
            task_state: instance.task_state,
            vm_state: instance.vm_state,
            power_state: instance.power_state.code(),
            volumes_attached: instance.volumes.iter().map(|volume| self.attached(volume)).collect(),
            hostname: (all_see_hostname || administrators_do).then_some(&instance.notes.hostname),
            pinned_availability_zone: self.since(PINNED_ZONE, instance.notes.pinned_zone.as_deref()),
            security_groups: instance.security_groups.iter().map(|name| Name { name }).collect(),
        }
    }

    fn attached<'i>(&self, volume: &'i Attachment) -> VolumeAttached<'i> {
        let delete_on_termination = self.since(DELETE_ON_TERMINATION, volume.delete_on_termination);
        VolumeAttached { id: volume.volume_id.as_str(), delete_on_termination }
    }

    fn for_administrators<'i>(&self, instance: &'i Instance) -> ForAdministrators<'i> {
        let start = Start {
            reservation_id: &instance.request_id,
            launch_index: 0,
            kernel_id: "",
            ramdisk_id: "",
            root_device_name: "/dev/vda",
            user_data: None,
        };
        ForAdministrators {
            host: instance.host.as_deref(),
            hypervisor_hostname: instance.host.as_deref(),
            instance_name: &instance.domain_name,
            start: self.since(MORE_FOR_ADMINISTRATORS, start),
            host_status: self.since(HOST_STATUS, self.host_status(instance)),
        }
    }

    fn groups<'i>(&self, instance: &'i Instance) -> Option<Vec<&'i ServerGroupId>> {
        self.since(SERVER_GROUPS, instance.notes.server_group.iter().collect())
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

    fn flavor<'i>(&self, instance: &'i Instance) -> FlavorShape<'i> {
        let flavor = &instance.flavor;
        if self.version.0 < FLAVOR_WITHIN {
            return FlavorShape::Referred(self.referred("flavors", flavor.id.as_str()));
        }
        FlavorShape::Within {
            original_name: &flavor.name,
            vcpus: flavor.vcpus,
            ram: flavor.ram_mb,
            disk: flavor.disk_gb,
            ephemeral: 0,
            swap: 0,
            extra_specs: &flavor.extra_specs,
        }
    }

    fn referred<'i>(&self, kind: &str, id: &'i str) -> Referred<'i> {
        let href = self.base.url(&format!("/compute/{kind}/{id}"));
        Referred { id, links: [Link { rel: "bookmark", href }] }
    }

    /// What the microversion knows from then on.
    fn since<T>(&self, version: u16, value: T) -> Option<T> {
        (self.version.0 >= version).then_some(value)
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

fn addresses(instance: &Instance) -> Addresses<'_> {
    by_network(instance, |address| Address {
        kind: Some(if address.floating { "floating" } else { "fixed" }),
        mac: Some(&address.mac),
        ..plain(address)
    })
}

/// As in a server, without what is known of each address.
pub fn plain_addresses(instance: &Instance) -> Addresses<'_> {
    by_network(instance, plain)
}

fn plain(address: &InstanceAddress) -> Address<'_> {
    let version = if address.ip.contains(':') { 6 } else { 4 };
    Address { version, addr: &address.ip, kind: None, mac: None }
}

fn by_network<'i>(instance: &'i Instance, view: impl Fn(&'i InstanceAddress) -> Address<'i>) -> Addresses<'i> {
    let mut networks: Addresses = BTreeMap::new();
    for address in &instance.addresses {
        networks.entry(&address.network_name).or_default().push(view(address));
    }
    networks
}

/// Tells a project which of its servers share a host, and not which host it is.
fn host_id(instance: &Instance) -> String {
    let host = instance.host.as_deref().map(|host| Sha224::digest(format!("{}{host}", instance.project_id)));
    host.map(hex::encode).unwrap_or_default()
}

fn shows_fault(status: Status) -> bool {
    matches!(status, Status::Error | Status::Deleted)
}

fn shows_progress(status: Status) -> bool {
    matches!(status, Status::Active | Status::Build | Status::Rebuild)
}

fn fault(fault: &Fault) -> FaultShape {
    FaultShape {
        code: status(fault.reason.kind()).as_u16(),
        created: seconds(fault.created_at),
        message: fault.reason.to_string(),
    }
}
