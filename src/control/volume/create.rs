//! Making volumes.

use super::placement::{self, Place};
use super::source::Source;
use super::types::visible_type;
use super::volumes::{metadata_fits, said_fits};
use super::{VolumeService, new_id, quota, tell, work};
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::{self, Tx};
use crate::model::image::Image;
use crate::model::quota::Resource;
use crate::model::volume::{
    DEFAULT_TYPE, FillFrom, MAX_SIZE_GB, NewVolume, Volume, VolumeSource, VolumeStatus, VolumeType,
};
use crate::model::{Error, ImageId, Reason, Result, validate};

/// The zone that a volume shows until it has a host.
const DEFAULT_ZONE: &str = "nova";

/// A volume that can be written down, and where it is to lie.
pub(in crate::control) struct Plan {
    pub volume: Volume,
    source: Source,
}

impl VolumeService {
    /// Makes one on the host of what it is a copy of, or else on the one with the most room; it is filled in the background.
    ///
    /// # Errors
    /// The first field at fault, `QuotaExceeded`, `NoRoomForVolume`.
    pub async fn create(&self, ctx: &Ctx, new: NewVolume) -> Result<Volume> {
        let grant = policy::check(ctx, Action::Write, "create a volume")?;
        let image = self.image_of(ctx, &new).await?;
        let mut tx = self.shared.db.write().await?;
        let wanted_zone = self.zone(&mut tx, new.availability_zone.as_deref()).await?;
        let mut plan = self.plan(&mut tx, ctx, new, image).await?;
        claim(&mut tx, &plan.volume).await?;
        let size_gb = plan.volume.size_gb;
        let place = match plan.source.source {
            VolumeSource::Volume { .. } | VolumeSource::Snapshot { .. } => {
                placement::beside(&self.shared, &mut tx, size_gb, plan.source.host.as_deref()).await?
            }
            _ => placement::roomiest(&self.shared, &mut tx, size_gb, wanted_zone.as_deref()).await?,
        };
        plan.lies_on(place);
        self.write(&mut tx, ctx, grant, &plan.volume).await?;
        self.shared.commit(tx).await?;
        tell(&self.shared, &plan.volume);
        Ok(plan.volume)
    }

    /// One that a launch makes: it lies where its instance will, unless what it is a copy of lies somewhere already.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub(in crate::control) async fn create_for_launch(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        grant: Grant,
        new: NewVolume,
        image: Option<Image>,
    ) -> Result<Volume> {
        let mut plan = self.plan(tx, ctx, new, image).await?;
        claim(tx, &plan.volume).await?;
        if let VolumeSource::Volume { .. } | VolumeSource::Snapshot { .. } = plan.source.source {
            let size_gb = plan.volume.size_gb;
            let place = placement::beside(&self.shared, tx, size_gb, plan.source.host.as_deref()).await?;
            plan.lies_on(place);
        }
        self.write(tx, ctx, grant, &plan.volume).await?;
        Ok(plan.volume)
    }

    /// The image that the volume is to be filled from, looked up before the transaction.
    ///
    /// # Errors
    /// `NotFound`.
    pub(in crate::control) async fn image_of(&self, ctx: &Ctx, new: &NewVolume) -> Result<Option<Image>> {
        match &new.from {
            FillFrom::Image(id) => self.usable_image(ctx, id).await.map(Some),
            _ => Ok(None),
        }
    }

    async fn usable_image(&self, ctx: &Ctx, id: &ImageId) -> Result<Image> {
        let image = self.image.image(ctx, id).await.map_err(|error| error.at("image_id"))?;
        image.holds_a_disk().map_err(|reason| Error::on("image_id", reason))?;
        Ok(image)
    }

    async fn write(&self, tx: &mut Tx, ctx: &Ctx, grant: Grant, volume: &Volume) -> Result<()> {
        store::volumes::insert(tx, grant, volume, &ctx.request_id).await?;
        let token = (volume.status == VolumeStatus::Downloading).then_some(ctx.token.as_str());
        work::tell_host(tx, volume, &ctx.request_id, token, volume.created_at).await
    }

    /// The zone that was named, if there is such a zone.
    async fn zone(&self, tx: &mut Tx, wanted: Option<&str>) -> Result<Option<String>> {
        let Some(wanted) = wanted else { return Ok(None) };
        let hosts = store::hosts::list(&mut **tx, self.shared.alive_since()).await?;
        let mut zones: Vec<String> = hosts.into_iter().map(|host| host.inventory.availability_zone).collect();
        zones.sort();
        zones.dedup();
        if zones.iter().any(|zone| zone == wanted) {
            return Ok(Some(wanted.to_owned()));
        }
        Err(Error::not_a_choice("availability_zone", wanted, zones.join(", ")))
    }

    /// Looks at every field; the first that is at fault ends it.
    async fn plan(&self, tx: &mut Tx, ctx: &Ctx, new: NewVolume, image: Option<Image>) -> Result<Plan> {
        said_fits(Some(&new.name), new.description.as_deref())?;
        metadata_fits(&new.metadata)?;
        let source = Source::find(tx, ctx, &new.from, image).await?;
        let is_copy = source.host.is_some();
        let size_gb = match new.size_gb {
            Some(size) => size,
            None if is_copy => source.least_gb,
            None => return Err(Error::on("size", Reason::Required { field: "size".to_owned() })),
        };
        validate::range("size", size_gb, 1, MAX_SIZE_GB)?;
        if size_gb < source.least_gb {
            let (what, needed) = (source.what, source.least_gb);
            return Err(Error::on("size", Reason::VolumeTooSmall { what, size: size_gb, needed }));
        }
        let kind = kind(tx, ctx, new.volume_type.as_deref().or(source.volume_type.as_deref())).await?;
        let now = self.shared.now();
        let status = match source.source {
            VolumeSource::Image { .. } => VolumeStatus::Downloading,
            _ => VolumeStatus::Creating,
        };
        let volume = Volume {
            id: new_id().into(),
            project_id: ctx.project_id.clone(),
            user_id: ctx.user_id.clone(),
            name: new.name,
            description: new.description.filter(|text| !text.is_empty()),
            size_gb,
            status,
            type_id: kind.id,
            type_name: kind.name,
            availability_zone: new.availability_zone.unwrap_or_else(|| DEFAULT_ZONE.to_owned()),
            source: source.source.clone(),
            bootable: source.bootable,
            multiattach: false,
            read_only: false,
            metadata: new.metadata,
            image_metadata: source.image_metadata.clone(),
            host: None,
            progress: None,
            fault: None,
            attachments: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        Ok(Plan { volume, source })
    }
}

impl Plan {
    fn lies_on(&mut self, place: Place) {
        self.volume.host = Some(place.host);
        self.volume.availability_zone = place.zone;
    }
}

/// It still fits into the project's quota.
async fn claim(tx: &mut Tx, volume: &Volume) -> Result<()> {
    use Resource::{Gigabytes, PerVolumeGigabytes, Volumes};
    let size = volume.size_gb;
    let wanted = [(PerVolumeGigabytes, size), (Volumes, 1), (Gigabytes, size)];
    quota::fits(tx, &volume.project_id, &volume.type_id, &wanted).await
}

/// The type with this id or name, or else the default one.
async fn kind(tx: &mut Tx, ctx: &Ctx, wanted: Option<&str>) -> Result<VolumeType> {
    let wanted = wanted.filter(|wanted| !wanted.is_empty()).unwrap_or(DEFAULT_TYPE);
    visible_type(tx, ctx, wanted).await.map_err(|error| error.at("volume_type"))
}
