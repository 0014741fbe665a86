//! Flavors.

use std::collections::BTreeMap;

use super::ComputeApi;
use crate::control::policy::{self, Action};
use crate::control::{Ctx, store};
use crate::model::flavor::{Flavor, NewFlavor, usual_factor};
use crate::model::{Error, FlavorId, Noun, ProjectId, Reason, Result, validate};

/// The most that Nova's API takes for any of the sizes.
const MAX: i64 = i32::MAX as i64;
/// As Nova.
const MAX_DESCRIPTION: u32 = 65_535;

impl ComputeApi {
    /// The flavors that the caller's project may use, smallest first; administrators see all.
    pub async fn flavors(&self, ctx: &Ctx) -> Result<Vec<Flavor>> {
        store::flavors::list(self.shared.db.read(), (!ctx.is_admin()).then_some(&ctx.project_id)).await
    }

    /// One flavor; a private one exists for administrators and for the projects that were given access.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn flavor(&self, ctx: &Ctx, id: &FlavorId) -> Result<Flavor> {
        let unknown = || Error::not_found(Noun::Flavor, id.as_str());
        let flavor = store::flavors::find(self.shared.db.read(), id).await?.ok_or_else(unknown)?;
        if flavor.is_public || ctx.is_admin() {
            return Ok(flavor);
        }
        let projects = store::flavors::projects(self.shared.db.read(), id).await?;
        if projects.contains(&ctx.project_id) { Ok(flavor) } else { Err(unknown()) }
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
        validate::range("swap", flavor.swap_mb, 0, MAX)?;
        validate::range("ephemeral", flavor.ephemeral_gb, 0, MAX)?;
        let rxtx_factor = flavor.rxtx_factor.unwrap_or_else(usual_factor);
        if !(0.0..=f64::from(f32::MAX)).contains(&rxtx_factor) {
            return Err(Error::on(
                "rxtx_factor",
                Reason::OutOfRange { field: "rxtx_factor".to_owned(), min: 0, max: MAX },
            ));
        }
        described(flavor.description.as_deref())?;
        let NewFlavor { vcpus, ram_mb, disk_gb, is_public, description, swap_mb, ephemeral_gb, .. } = flavor;
        let flavor = Flavor {
            id: id.into(),
            name,
            vcpus,
            ram_mb,
            disk_gb,
            is_public,
            description,
            swap_mb,
            ephemeral_gb,
            rxtx_factor,
            extra_specs: BTreeMap::new(),
        };
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

    /// Describes a flavor anew; administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `TooLong`.
    pub async fn describe_flavor(&self, ctx: &Ctx, id: &FlavorId, description: Option<&str>) -> Result<Flavor> {
        described(description)?;
        let describe = |flavor: &mut Flavor| {
            flavor.description = description.map(str::to_owned);
            Ok(())
        };
        self.change_flavor(ctx, id, describe).await
    }

    /// Adds extra specs, or gives those that are there other values; administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, and for keys and values that are not possible.
    pub async fn set_extra_specs(&self, ctx: &Ctx, id: &FlavorId, specs: BTreeMap<String, String>) -> Result<Flavor> {
        for (key, value) in &specs {
            if key.is_empty() || !key.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-. :".contains(letter)) {
                let (field, allowed) = ("extra_specs".to_owned(), "letters, digits, spaces and _ - . :".to_owned());
                return Err(Error::on("extra_specs", Reason::BadCharacters { field, allowed }));
            }
            validate::at_most("extra_specs", key, validate::MAX_NAME)?;
            validate::at_most("extra_specs", value, validate::MAX_NAME)?;
        }
        let extend = |flavor: &mut Flavor| {
            flavor.extra_specs.extend(specs);
            Ok(())
        };
        self.change_flavor(ctx, id, extend).await
    }

    /// Takes an extra spec away; administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`.
    pub async fn remove_extra_spec(&self, ctx: &Ctx, id: &FlavorId, key: &str) -> Result<()> {
        let remove = |flavor: &mut Flavor| match flavor.extra_specs.remove(key) {
            Some(_) => Ok(()),
            None => Err(Error::not_found(Noun::Flavor, format!("{id} extra spec {key}"))),
        };
        self.change_flavor(ctx, id, remove).await.map(drop)
    }

    async fn change_flavor(
        &self,
        ctx: &Ctx,
        id: &FlavorId,
        change: impl FnOnce(&mut Flavor) -> Result<()>,
    ) -> Result<Flavor> {
        let grant = policy::check(ctx, Action::Administer, "change a flavor")?;
        let mut tx = self.shared.db.write().await?;
        let found = store::flavors::find(&mut *tx, id).await?;
        let mut flavor = found.ok_or_else(|| Error::not_found(Noun::Flavor, id.as_str()))?;
        change(&mut flavor)?;
        store::flavors::update(&mut tx, grant, &flavor).await?;
        tx.commit().await?;
        self.shared.tell_everybody(Noun::Flavor, id.as_str());
        Ok(flavor)
    }

    /// The projects that may use a flavor that is not public; administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, also for a public flavor, which needs no list.
    pub async fn flavor_access(&self, ctx: &Ctx, id: &FlavorId) -> Result<Vec<ProjectId>> {
        policy::check(ctx, Action::Administer, "list a flavor's projects")?;
        if self.flavor(ctx, id).await?.is_public {
            return Err(Error::not_found(Noun::Flavor, format!("{id} (access list of a public flavor)")));
        }
        self.projects_of_flavor(ctx, id).await
    }

    /// As [`Self::flavor_access`], of a public flavor too.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn projects_of_flavor(&self, ctx: &Ctx, id: &FlavorId) -> Result<Vec<ProjectId>> {
        policy::check(ctx, Action::Administer, "list a flavor's projects")?;
        store::flavors::projects(self.shared.db.read(), id).await
    }

    /// Lets a project use a flavor, or not any more; administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound` for the flavor, for an unknown project, and for one that could not use it; `Duplicate`
    /// for one that may already.
    pub async fn open_flavor(&self, ctx: &Ctx, id: &FlavorId, project: &ProjectId, open: bool) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "change a flavor's projects")?;
        let mut tx = self.shared.db.write().await?;
        let unknown = |noun, id: &str| Error::not_found(noun, id);
        store::flavors::find(&mut *tx, id).await?.ok_or_else(|| unknown(Noun::Flavor, id.as_str()))?;
        let found = store::projects::by_id(&mut *tx, project).await?;
        found.ok_or_else(|| Error::on("tenant", Reason::NotFound { noun: Noun::Project, id: project.to_string() }))?;
        if open && !store::flavors::open_to(&mut tx, grant, id, project).await? {
            return Err(Reason::Duplicate { noun: Noun::Flavor, name: format!("{id} (access of {project})") }.into());
        }
        if !open && !store::flavors::close_to(&mut tx, grant, id, project).await? {
            return Err(unknown(Noun::Flavor, &format!("{id} (access of {project})")));
        }
        Ok(tx.commit().await?)
    }
}

fn described(description: Option<&str>) -> Result<()> {
    validate::at_most("description", description.unwrap_or_default(), MAX_DESCRIPTION)
}
