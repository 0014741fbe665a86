//! What every cloud has from the first start.

use super::new_id;
use crate::control::store::{Db, volume_types};
use crate::control::{Ctx, policy};
use crate::model::volume::{DEFAULT_TYPE, VolumeType};
use crate::model::{Result, Timestamp};

/// Makes the default type, where it is missing.
pub(in crate::control) async fn seed(db: &Db, now: Timestamp) -> Result<()> {
    let grant = policy::check(&Ctx::system("system".into(), now), policy::Action::Administer, "first start")?;
    let mut tx = db.write().await?;
    if volume_types::find(&mut tx, DEFAULT_TYPE).await?.is_some() {
        return Ok(());
    }
    let kind = VolumeType {
        id: new_id().into(),
        name: DEFAULT_TYPE.to_owned(),
        description: Some("Default Volume Type".to_owned()),
        is_public: true,
        extra_specs: Default::default(),
        created_at: now,
    };
    volume_types::insert(&mut tx, grant, &kind).await?;
    Ok(tx.commit().await?)
}
