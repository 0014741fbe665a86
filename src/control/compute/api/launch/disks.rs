//! Which volumes an instance gets, beside or instead of a disk of its own.

use crate::control::Ctx;
use crate::control::compute::api::{ComputeApi, at, devices};
use crate::control::policy::Grant;
use crate::control::store::{Tx, volume_attachments, volumes};
use crate::control::volume::{is, own_volume};
use crate::model::flavor::Flavor;
use crate::model::image::Image;
use crate::model::launch::{DiskFrom, DiskRequest, LaunchRequest};
use crate::model::volume::{AttachStatus, Attachment, FillFrom, NewVolume, Volume, VolumeStatus};
use crate::model::{Error, InstanceId, Reason, Result, Timestamp, VolumeId};

const FIELD: &str = "block_device_mapping_v2";

/// A volume that can be had.
struct Disk {
    request: DiskRequest,
    device: String,
    /// What it is to be filled from.
    image: Option<Image>,
}

/// The volumes of each instance of a launch.
pub struct Disks(Vec<Disk>);

impl Disks {
    /// Looks at each; the first that is at fault ends it.
    ///
    /// # Errors
    /// Whatever making the volumes, or giving those that there are to an instance, would be refused for.
    pub async fn choose(api: &ComputeApi, ctx: &Ctx, request: &LaunchRequest, flavor: &Flavor) -> Result<Self> {
        let wanted = &request.more.disks;
        let roots = wanted.iter().filter(|disk| disk.boot).count() + usize::from(request.image_id.is_some());
        if roots > 1 {
            let why = "there is more than one disk to start from".to_owned();
            return Err(Error::on(FIELD, Reason::Malformed { why }));
        }
        let mut disks: Vec<Disk> = Vec::with_capacity(wanted.len());
        let mut taken = Vec::new();
        for disk in wanted {
            let image = match &disk.from {
                DiskFrom::Volume(id) => {
                    if request.count != 1 {
                        let reason = Reason::OutOfRange { field: "count".to_owned(), min: 1, max: 1 };
                        return Err(Error::on("count", reason));
                    }
                    let volume = api.volume.volume(ctx, id).await.map_err(at(FIELD))?;
                    free(&volume, disk.boot)?;
                    None
                }
                DiskFrom::New(_) => api.volume.image_of(ctx, &new_volume(disk, request)).await?,
            };
            if disk.boot {
                may_start(disk, image.as_ref(), flavor)?;
            }
            let device = match disk.boot {
                true => devices::ROOT.to_owned(),
                false => devices::choose(&InstanceId::default(), &taken, disk.device.as_deref()).map_err(at(FIELD))?,
            };
            taken.push(device.clone());
            disks.push(Disk { request: disk.clone(), device, image });
        }
        Ok(Self(disks))
    }

    /// Whether the instance starts from one of them.
    pub fn start_it(&self) -> bool {
        self.0.iter().any(|disk| disk.request.boot)
    }

    /// What the system on the volume that it starts from says of itself, where that is an image.
    pub fn image(&self) -> Option<&Image> {
        self.0.iter().find(|disk| disk.request.boot)?.image.as_ref()
    }

    /// GiB of those that are made where the instance will be.
    pub fn unplaced_gb(&self) -> i64 {
        let made_there =
            |disk: &&Disk| matches!(disk.request.from, DiskFrom::New(FillFrom::Nothing | FillFrom::Image(_)));
        self.0.iter().filter(made_there).filter_map(|disk| disk.request.size_gb).sum()
    }

    /// Writes down that an instance is to have them, and those that are to be made.
    ///
    /// # Errors
    /// As [`Self::choose`], and `QuotaExceeded`.
    pub async fn take(
        &self,
        api: &ComputeApi,
        tx: &mut Tx,
        ctx: &Ctx,
        grant: Grant,
        request: &LaunchRequest,
        instance: &InstanceId,
    ) -> Result<()> {
        let now = api.shared.now();
        for disk in &self.0 {
            let volume = match &disk.request.from {
                DiskFrom::Volume(id) => reserve(tx, ctx, grant, id, disk.request.boot, now).await?,
                DiskFrom::New(_) => {
                    let new = new_volume(&disk.request, request);
                    api.volume.create_for_launch(tx, ctx, grant, new, disk.image.clone()).await?
                }
            };
            let attachment = Attachment {
                id: uuid::Uuid::new_v4().to_string().into(),
                volume_id: volume.id,
                instance_id: instance.clone(),
                status: AttachStatus::Attaching,
                device: disk.device.clone(),
                boot: disk.request.boot,
                delete_on_termination: disk.request.delete_on_termination,
                read_only: volume.read_only,
                tag: disk.request.tag.clone(),
                created_at: now,
                attached_at: None,
            };
            volume_attachments::insert(tx, grant, &attachment).await?;
        }
        Ok(())
    }
}

/// As Nova, which gives volumes that it makes no name.
fn new_volume(disk: &DiskRequest, request: &LaunchRequest) -> NewVolume {
    let from = match &disk.from {
        DiskFrom::New(from) => from.clone(),
        DiskFrom::Volume(_) => FillFrom::Nothing,
    };
    NewVolume {
        size_gb: disk.size_gb,
        volume_type: disk.volume_type.clone(),
        availability_zone: request.availability_zone.clone(),
        from,
        ..NewVolume::default()
    }
}

async fn reserve(tx: &mut Tx, ctx: &Ctx, grant: Grant, id: &VolumeId, boot: bool, now: Timestamp) -> Result<Volume> {
    let mut volume = own_volume(tx, ctx, id).await.map_err(at(FIELD))?;
    free(&volume, boot)?;
    volume.status = VolumeStatus::Reserved;
    volume.updated_at = now;
    volumes::update(tx, grant, &volume).await?;
    volumes::set_request(tx, id, &ctx.request_id).await?;
    Ok(volume)
}

/// Nobody has it, and it starts a machine if it is to.
fn free(volume: &Volume, boot: bool) -> Result<()> {
    is(volume, "attach", &[VolumeStatus::Available]).map_err(at(FIELD))?;
    if boot && !volume.bootable {
        return Err(Error::on(FIELD, Reason::NotBootable { id: volume.id.to_string() }));
    }
    Ok(())
}

/// There is a system on what is to be the first disk, and the flavor has the memory for it.
fn may_start(disk: &DiskRequest, image: Option<&Image>, flavor: &Flavor) -> Result<()> {
    if disk.from == DiskFrom::New(FillFrom::Nothing) {
        let why = "there is no system on it".to_owned();
        return Err(Error::on(FIELD, Reason::VolumeCannot { what: "Starting from an empty volume".to_owned(), why }));
    }
    let needed = image.map_or(0, |image| image.min_ram);
    if flavor.ram_mb < needed {
        let (flavor, has) = (flavor.name.clone(), flavor.ram_mb);
        let reason = Reason::FlavorTooSmall { flavor, resource: "RAM".to_owned(), needed, has, unit: "MiB".to_owned() };
        return Err(Error::on("flavor_id", reason));
    }
    Ok(())
}
