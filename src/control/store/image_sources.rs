//! What hosts are making images of, each of a volume or of an instance; a line is there until that has ended.

use std::collections::HashMap;

use sqlx::FromRow;

use super::Tx;
use super::db::{self, Connection, Executor};
use crate::control::policy::Grant;
use crate::model::{ImageId, InstanceId, Result, VolumeId};

/// What an image is made of.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    Volume(&'a VolumeId),
    Instance(&'a InstanceId),
}

impl Source<'_> {
    /// One of them is none.
    fn ids(&self) -> (Option<&str>, Option<&str>) {
        match self {
            Self::Volume(id) => (Some(id.as_str()), None),
            Self::Instance(id) => (None, Some(id.as_str())),
        }
    }
}

/// From now on the image is being made of that.
pub async fn insert(tx: &mut Tx, _: Grant, image: &ImageId, source: Source<'_>) -> Result<()> {
    const SQL: &str = "INSERT INTO image_sources (image_id, volume_id, instance_id) VALUES ($1, $2, $3)";
    let (volume, instance) = source.ids();
    db::query(SQL).bind(image).bind(volume).bind(instance).execute(&mut **tx).await?;
    Ok(())
}

/// The image that is being made of it.
pub async fn image_of(db: &mut Connection, source: Source<'_>) -> Result<Option<ImageId>> {
    const SQL: &str = "SELECT image_id FROM image_sources WHERE volume_id = $1 OR instance_id = $2";
    let (volume, instance) = source.ids();
    Ok(db::query_scalar(SQL).bind(volume).bind(instance).fetch_optional(db).await?)
}

/// The images that are being made of volumes that lie on a host.
pub async fn of_volumes_on(db: &mut Connection, host: &str) -> Result<HashMap<VolumeId, ImageId>> {
    #[derive(FromRow)]
    struct Row {
        volume_id: VolumeId,
        image_id: ImageId,
    }
    const SQL: &str = "SELECT s.volume_id, s.image_id FROM image_sources s JOIN volumes v ON v.id = s.volume_id \
        WHERE v.host = $1";
    let rows: Vec<Row> = db::query_as(SQL).bind(host).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| (row.volume_id, row.image_id)).collect())
}

/// What images are being made of although it waits for none: it is gone, or was given another status.
pub async fn of_nobody(on: impl Executor<'_>) -> Result<Vec<LeftOver>> {
    const SQL: &str = "SELECT s.volume_id, s.instance_id FROM image_sources s \
        WHERE NOT EXISTS (SELECT 1 FROM volumes v WHERE v.id = s.volume_id AND v.status = 'uploading') \
        AND NOT EXISTS (SELECT 1 FROM instances i WHERE i.id = s.instance_id AND i.deleted_at IS NULL \
            AND i.task_state IN ('image_snapshot', 'image_uploading'))";
    Ok(db::query_as(SQL).fetch_all(on).await?)
}

/// A volume or an instance.
#[derive(Debug, FromRow)]
pub struct LeftOver {
    volume_id: Option<VolumeId>,
    instance_id: Option<InstanceId>,
}

impl LeftOver {
    /// What it is; none if neither.
    pub fn source(&self) -> Option<Source<'_>> {
        let volume = self.volume_id.as_ref().map(Source::Volume);
        volume.or(self.instance_id.as_ref().map(Source::Instance))
    }
}

/// How far the image of an instance is.
pub async fn set_percent(tx: &mut Tx, instance: &InstanceId, percent: Option<i64>) -> Result<()> {
    const SQL: &str = "UPDATE image_sources SET percent = $2 WHERE instance_id = $1";
    db::query(SQL).bind(instance).bind(percent).execute(&mut **tx).await?;
    Ok(())
}

/// It is not being made any more, whatever became of it.
pub async fn remove(tx: &mut Tx, image: &ImageId) -> Result<()> {
    db::query("DELETE FROM image_sources WHERE image_id = $1").bind(image).execute(&mut **tx).await?;
    Ok(())
}
