//! What every cloud has from the first start.

use super::new_id;
use super::roles::KNOWN;
use crate::control::store::{Db, domains, roles};
use crate::control::{Ctx, policy};
use crate::model::identity::{Domain, Role};
use crate::model::{Result, Timestamp};

/// Makes the domain `Default` and the roles that mean something, where they are missing.
pub async fn seed(db: &Db, now: Timestamp) -> Result<()> {
    let grant = policy::check(&Ctx::system("system".into(), now), policy::Action::Administer, "first start")?;
    let mut tx = db.write().await?;
    let default = Domain {
        id: "default".into(),
        name: "Default".into(),
        description: "The default domain".into(),
        enabled: true,
    };
    if domains::by_id(&mut *tx, &default.id).await?.is_none() {
        domains::insert(&mut tx, grant, &default).await?;
    }
    for name in KNOWN {
        if roles::by_name(&mut *tx, name).await?.is_none() {
            roles::insert(&mut tx, grant, &Role { id: new_id().into(), name: name.into(), description: None }).await?;
        }
    }
    Ok(tx.commit().await?)
}
