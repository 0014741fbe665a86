//! Flavors.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
use crate::model::flavor::Flavor;
#[cfg(feature = "ssr")]
use crate::model::flavor::NewFlavor;
use crate::model::{Error, FlavorId};

/// Public flavors, smallest first; administrators see private ones as well.
#[server(endpoint = "flavors/list")]
pub async fn flavors() -> Result<Vec<Flavor>, Error> {
    answer(async { services()?.compute.flavors(&ctx()?).await }).await
}

/// Makes a flavor; an empty `id` becomes a new UUID.
#[server(endpoint = "flavors/create")]
pub async fn create_flavor(
    name: String,
    #[server(default)] id: String,
    vcpus: String,
    ram_mb: String,
    disk_gb: String,
    #[server(default)] is_private: Option<String>,
) -> Result<Flavor, Error> {
    answer(async {
        let form = CreateFlavor { name, id, vcpus, ram_mb, disk_gb, is_private };
        let flavor = services()?.compute.create_flavor(&ctx()?, form.command()?).await?;
        done("/flavors", "created", &flavor.name);
        Ok(flavor)
    })
    .await
}

#[cfg(feature = "ssr")]
impl CreateFlavor {
    /// What the compute service is asked for.
    pub(in crate::dashboard) fn command(&self) -> Result<NewFlavor, Error> {
        Ok(NewFlavor {
            id: form::optional(&self.id),
            name: self.name.clone(),
            vcpus: form::number("vcpus", &self.vcpus, 1, 256)?,
            ram_mb: form::number("ram_mb", &self.ram_mb, 1, 16 << 20)?,
            disk_gb: form::number("disk_gb", &self.disk_gb, 0, 1 << 20)?,
            is_public: self.is_private.is_none(),
            ..NewFlavor::default()
        })
    }
}

/// Deletes a flavor; instances keep their copy of it.
#[server(endpoint = "flavors/delete")]
pub async fn delete_flavor(id: FlavorId) -> Result<(), Error> {
    answer(async {
        services()?.compute.delete_flavor(&ctx()?, &id).await?;
        done("/flavors", "deleted", id.as_str());
        Ok(())
    })
    .await
}
