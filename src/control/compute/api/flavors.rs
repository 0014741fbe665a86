//! Flavors.

use super::ComputeApi;
use crate::control::policy::{self, Action};
use crate::control::{Ctx, store};
use crate::model::flavor::{Flavor, NewFlavor};
use crate::model::{Error, FlavorId, Noun, Reason, Result, validate};

/// The most that Nova's API takes for any of the sizes.
const MAX: i64 = i32::MAX as i64;

impl ComputeApi {
    /// Public flavors, smallest first; administrators see private ones as well.
    pub async fn flavors(&self, ctx: &Ctx) -> Result<Vec<Flavor>> {
        store::flavors::list(self.shared.db.read(), ctx.is_admin()).await
    }

    /// One flavor; a private one does not exist for those who are no administrators.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn flavor(&self, ctx: &Ctx, id: &FlavorId) -> Result<Flavor> {
        let found = store::flavors::find(self.shared.db.read(), id).await?;
        found
            .filter(|flavor| flavor.is_public || ctx.is_admin())
            .ok_or_else(|| Error::not_found(Noun::Flavor, id.as_str()))
    }

    /// Makes a flavor; administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `Duplicate`, or the first field at fault.
    pub async fn create_flavor(&self, ctx: &Ctx, flavor: NewFlavor) -> Result<Flavor> {
        let grant = policy::check(ctx, Action::Administer, "create a flavor")?;
        let id = match flavor.id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
            Some(id) => validate::name("id", id)?,
            None => uuid::Uuid::new_v4().to_string(),
        };
        let name = validate::name("name", &flavor.name)?;
        validate::range("vcpus", flavor.vcpus, 1, MAX)?;
        validate::range("ram_mb", flavor.ram_mb, 1, MAX)?;
        validate::range("disk_gb", flavor.disk_gb, 0, MAX)?;
        let NewFlavor { vcpus, ram_mb, disk_gb, is_public, .. } = flavor;
        let flavor = Flavor { id: id.into(), name, vcpus, ram_mb, disk_gb, is_public };
        let mut tx = self.shared.db.write().await?;
        if store::flavors::find(&mut *tx, &flavor.id).await?.is_some() {
            return Err(Error::on("id", Reason::Duplicate { noun: Noun::Flavor, name: flavor.id.to_string() }));
        }
        store::flavors::insert(&mut tx, grant, &flavor, self.shared.now()).await?;
        tx.commit().await?;
        self.shared.tell_everybody(Noun::Flavor, flavor.id.as_str());
        Ok(flavor)
    }

    /// Deletes a flavor; instances keep their copy of it.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`.
    pub async fn delete_flavor(&self, ctx: &Ctx, id: &FlavorId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "delete a flavor")?;
        let mut tx = self.shared.db.write().await?;
        if !store::flavors::delete(&mut tx, grant, id).await? {
            return Err(Error::not_found(Noun::Flavor, id.as_str()));
        }
        tx.commit().await?;
        self.shared.tell_everybody(Noun::Flavor, id.as_str());
        Ok(())
    }
}
