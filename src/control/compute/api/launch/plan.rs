//! What a launch request comes to, once everything that it names has been looked up and checked.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::disks::Disks;
use super::{new_id, nics, user_data_fits};
use crate::control::Ctx;
use crate::control::compute::api::instances::{access_ip, fit_for_a_host};
use crate::control::compute::api::metadata::metadata_fits;
use crate::control::compute::api::tags::tags_fit;
use crate::control::compute::api::{ComputeApi, at, image_disks};
use crate::control::compute::fit;
use crate::control::compute::scheduler::Needs;
use crate::control::store::instances::Record;
use crate::control::store::plans::host_name;
use crate::model::flavor::Flavor;
use crate::model::image::Image;
use crate::model::instance::{Instance, InstanceFlavor, InstanceImage, InstanceNotes};
use crate::model::keypair::Keypair;
use crate::model::launch::{DiskRequest, LaunchRequest, MAX_COUNT, NicRequest};
use crate::model::quota::Resource;
use crate::model::state::{PowerState, TaskState, VmState};
use crate::model::{Error, Noun, Reason, Result, SecurityGroupId, Timestamp, validate};

/// The zone that an instance without a wish shows until it has a host.
const DEFAULT_ZONE: &str = "nova";

/// A launch that can be written down.
pub struct Plan<'a> {
    request: Cow<'a, LaunchRequest>,
    names: Vec<String>,
    flavor: Flavor,
    /// None if it starts from a volume.
    image: Option<Image>,
    networks: Vec<NicRequest>,
    security_groups: Vec<SecurityGroupId>,
    keypair: Option<Keypair>,
    notes: InstanceNotes,
    pub disks: Disks,
}

impl<'a> Plan<'a> {
    /// Looks at every field; the first that is at fault ends it.
    pub async fn make(api: &ComputeApi, ctx: &Ctx, request: &'a LaunchRequest) -> Result<Self> {
        let names = names(request)?;
        texts(request)?;
        let notes = notes(request)?;
        let flavor = api.flavor(ctx, &request.flavor_id).await.map_err(at("flavor_id"))?;
        can_be_had(&flavor)?;
        let image = match &request.image_id {
            Some(id) => Some(api.image.image(ctx, id).await.map_err(at("image_id"))?),
            None => None,
        };
        let (request, image) = with_disks_of_image(Cow::Borrowed(request), image, &flavor)?;
        let disks = Disks::choose(api, ctx, &request, &flavor).await?;
        if image.is_none() && !disks.start_it() {
            return Err(Error::on("image_id", Reason::Required { field: "image".to_owned() }));
        }
        if let Some(image) = &image {
            fit::check(&flavor, image)?;
        }
        zone_exists(api, ctx, &request).await?;
        let keypair = match &request.key_name {
            Some(name) => Some(api.keypair(ctx, name).await.map_err(at("key_name"))?),
            None => None,
        };
        let networks = match request.more.no_network {
            true => Vec::new(),
            false => nics::choose(api, ctx, &request).await?,
        };
        let security_groups = security_groups(api, ctx, &request.security_groups).await?;
        Ok(Self { request, names, flavor, image, networks, security_groups, keypair, notes, disks })
    }

    /// What it takes of the project's quota.
    pub fn claims(&self) -> [(Resource, i64); 3] {
        let count = i64::from(self.request.count);
        [
            (Resource::Instances, count),
            (Resource::Cores, count.saturating_mul(self.flavor.vcpus)),
            (Resource::Ram, count.saturating_mul(self.flavor.ram_mb)),
        ]
    }

    /// What each instance asks of a host.
    pub fn needs(&self) -> Needs {
        let image = self.image.as_ref();
        let whole_image = image.and_then(|image| image.virtual_size).map_or(0, fit::gib);
        let own_gb = if self.flavor.disk_gb > 0 { self.flavor.disk_gb } else { whole_image };
        let root_gb = if image.is_some() { own_gb } else { 0 };
        let volumes_gb = self.disks.unplaced_gb();
        Needs {
            vcpus: self.flavor.vcpus,
            ram_mb: self.flavor.ram_mb,
            disk_gb: root_gb + volumes_gb,
            volumes_gb,
            zone: self.request.availability_zone.clone(),
            image_properties: image.or(self.disks.image()).map(|image| image.properties.clone()).unwrap_or_default(),
            companions: None,
        }
    }

    /// The rows, as they are before anything was done for them.
    pub fn records(&self, ctx: &Ctx, now: Timestamp) -> Vec<Record> {
        self.names.iter().map(|name| self.record(ctx, name, now)).collect()
    }

    fn record(&self, ctx: &Ctx, name: &str, now: Timestamp) -> Record {
        let Self { request, flavor, image, keypair, .. } = self;
        let id = new_id();
        let hostname =
            if self.notes.hostname.is_empty() { host_name(name, id.as_str()) } else { self.notes.hostname.clone() };
        let instance = Instance {
            id,
            project_id: ctx.project_id.clone(),
            user_id: ctx.user_id.clone(),
            name: name.to_owned(),
            description: request.description.clone().filter(|text| !text.is_empty()),
            vm_state: VmState::Building,
            task_state: Some(TaskState::Scheduling),
            power_state: PowerState::NoState,
            flavor: InstanceFlavor {
                id: flavor.id.clone(),
                name: flavor.name.clone(),
                vcpus: flavor.vcpus,
                ram_mb: flavor.ram_mb,
                disk_gb: flavor.disk_gb,
                extra_specs: flavor.extra_specs.clone(),
            },
            image: image.as_ref().map(|image| InstanceImage { id: image.id.clone(), name: image.name.clone() }),
            key_name: keypair.as_ref().map(|pair| pair.name.clone()),
            host: None,
            availability_zone: request.availability_zone.clone().unwrap_or_else(|| DEFAULT_ZONE.to_owned()),
            domain_name: String::new(),
            addresses: Vec::new(),
            security_groups: Vec::new(),
            metadata: request.metadata.clone(),
            config_drive: request.config_drive,
            volumes: Vec::new(),
            fault: None,
            progress: None,
            request_id: ctx.request_id.clone(),
            created_at: now,
            updated_at: now,
            launched_at: None,
            deleted_at: None,
            notes: InstanceNotes { hostname, ..self.notes.clone() },
            version: 1,
        };
        Record {
            instance,
            networks: self.networks.clone(),
            security_groups: self.security_groups.clone(),
            public_key: keypair.as_ref().map(|pair| pair.public_key.clone()),
            user_data: request.user_data.clone(),
            task_request_id: Some(ctx.request_id.clone()),
        }
    }
}

/// An image may name disks: they come first, but for devices that the request names itself. One that names what to start from
/// is not copied; its guests start from a volume.
fn with_disks_of_image<'a>(
    mut request: Cow<'a, LaunchRequest>,
    image: Option<Image>,
    flavor: &Flavor,
) -> Result<(Cow<'a, LaunchRequest>, Option<Image>)> {
    let Some(image) = image else { return Ok((request, None)) };
    let mut disks = image_disks::of(&image)?;
    if disks.is_empty() {
        return Ok((request, Some(image)));
    }
    let own = request.to_mut();
    let device = |disk: &DiskRequest| disk.device.as_ref().map(|name| name.trim_start_matches("/dev/").to_owned());
    let said: Vec<_> = own.more.disks.iter().filter_map(device).collect();
    disks.retain(|disk| disk.boot || !device(disk).is_some_and(|device| said.contains(&device)));
    let start_it = disks.iter().any(|disk| disk.boot);
    disks.append(&mut own.more.disks);
    own.more.disks = disks;
    if !start_it {
        return Ok((request, Some(image)));
    }
    image.is_active().map_err(|reason| Error::on("image_id", reason))?;
    fit::has_memory(flavor, &image)?;
    own.image_id = None;
    Ok((request, None))
}

/// What is said of the instances beside their names.
fn notes(request: &LaunchRequest) -> Result<InstanceNotes> {
    let more = &request.more;
    if let Some(hostname) = &more.hostname {
        fit_for_a_host("hostname", hostname)?;
    }
    Ok(InstanceNotes {
        hostname: more.hostname.clone().unwrap_or_default(),
        access_ip_v4: access_ip::<Ipv4Addr>("accessIPv4", &more.access_ip_v4)?,
        access_ip_v6: access_ip::<Ipv6Addr>("accessIPv6", &more.access_ip_v6)?,
        auto_disk_config: more.auto_disk_config,
        lock: None,
        pinned_zone: request.availability_zone.clone(),
        server_group: more.server_group.clone(),
        tags: more.tags.clone(),
    })
}

/// A guest has one disk: a flavor with more than that can be kept, but not started.
fn can_be_had(flavor: &Flavor) -> Result<()> {
    validate::range("swap", flavor.swap_mb, 0, 0).and_then(|()| validate::range("ephemeral", flavor.ephemeral_gb, 0, 0))
}

fn names(request: &LaunchRequest) -> Result<Vec<String>> {
    let name = validate::name("name", &request.name)?;
    validate::range("count", request.count.into(), 1, MAX_COUNT.into())?;
    if request.count == 1 {
        return Ok(vec![name]);
    }
    (1..=request.count).map(|number| validate::name("name", &format!("{name}-{number}"))).collect()
}

fn texts(request: &LaunchRequest) -> Result<()> {
    if let Some(description) = &request.description {
        validate::at_most("description", description, validate::MAX_NAME)?;
    }
    user_data_fits(request.user_data.as_deref())?;
    metadata_fits(&request.metadata)?;
    tags_fit(&request.more.tags)
}

async fn zone_exists(api: &ComputeApi, ctx: &Ctx, request: &LaunchRequest) -> Result<()> {
    const FIELD: &str = "availability_zone";
    let Some(wanted) = &request.availability_zone else { return Ok(()) };
    let zones = api.availability_zones(ctx).await?;
    if zones.contains(wanted) {
        return Ok(());
    }
    Err(Error::not_a_choice(FIELD, wanted, zones.join(", ")))
}

/// The ids of the groups that were named by id or name, or of the project's `default`.
async fn security_groups(api: &ComputeApi, ctx: &Ctx, wanted: &[String]) -> Result<Vec<SecurityGroupId>> {
    let mut groups = api.network.security_groups(ctx).await?;
    groups.retain(|group| group.project_id == ctx.project_id);
    let default = ["default".to_owned()];
    let wanted = if wanted.is_empty() { &default } else { wanted };
    let mut ids = Vec::new();
    for word in wanted {
        let group = groups
            .iter()
            .find(|group| group.id.as_str() == word)
            .or_else(|| groups.iter().find(|group| group.name == *word))
            .ok_or_else(|| Error::not_found(Noun::SecurityGroup, word))
            .map_err(at("security_groups"))?;
        if !ids.contains(&group.id) {
            ids.push(group.id.clone());
        }
    }
    Ok(ids)
}
