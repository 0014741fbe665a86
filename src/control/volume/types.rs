//! Kinds of volumes.

use super::{VolumeService, new_id};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::{self, Tx};
use crate::model::volume::{DEFAULT_TYPE, NewVolumeType, VolumeType};
use crate::model::{Error, Noun, Reason, Result, VolumeTypeId, validate};

impl VolumeService {
    /// Every one that the caller may choose, oldest first; administrators see all.
    pub async fn types(&self, ctx: &Ctx) -> Result<Vec<VolumeType>> {
        let mut seen = self.shared.db.snapshot().await?;
        store::volume_types::list(&mut seen, &ctx.project_id, ctx.is_admin()).await
    }

    /// The one with this id or name.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn volume_type(&self, ctx: &Ctx, id_or_name: &str) -> Result<VolumeType> {
        visible_type(&mut self.shared.db.snapshot().await?, ctx, id_or_name).await
    }

    /// Administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `Duplicate`, or the first field at fault.
    pub async fn create_type(&self, ctx: &Ctx, new: NewVolumeType) -> Result<VolumeType> {
        let grant = policy::check(ctx, Action::Administer, "create a volume type")?;
        let kind = VolumeType {
            id: new_id().into(),
            name: String::new(),
            description: None,
            is_public: true,
            extra_specs: Default::default(),
            created_at: self.shared.now(),
        };
        let kind = with(kind, new)?;
        let mut tx = self.shared.db.write().await?;
        store::volume_types::insert(&mut tx, grant, &kind).await?;
        self.shared.commit(tx).await?;
        self.shared.tell_everybody(Noun::VolumeType, kind.id.as_str());
        Ok(kind)
    }

    /// Changes one; what it is now is handed in and what it is to be comes back. Administrators only.
    ///
    /// # Errors
    /// As [`Self::create_type`]; `NotFound`.
    pub async fn change_type(
        &self,
        ctx: &Ctx,
        id: &VolumeTypeId,
        change: impl FnOnce(&mut NewVolumeType) -> Result<()>,
    ) -> Result<VolumeType> {
        let grant = policy::check(ctx, Action::Administer, "change a volume type")?;
        let mut tx = self.shared.db.write().await?;
        let kind = visible_type(&mut tx, ctx, id.as_str()).await?;
        let mut wanted = NewVolumeType {
            name: kind.name.clone(),
            description: kind.description.clone(),
            is_public: kind.is_public,
            extra_specs: kind.extra_specs.clone(),
        };
        change(&mut wanted)?;
        if kind.name == DEFAULT_TYPE && wanted.name != DEFAULT_TYPE {
            return Err(default_stays("Renaming"));
        }
        let kind = with(kind, wanted)?;
        store::volume_types::update(&mut tx, grant, &kind).await?;
        self.shared.commit(tx).await?;
        self.shared.tell_everybody(Noun::VolumeType, kind.id.as_str());
        Ok(kind)
    }

    /// Administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`; `InUse` while there are volumes of it.
    pub async fn delete_type(&self, ctx: &Ctx, id: &VolumeTypeId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "delete a volume type")?;
        let mut tx = self.shared.db.write().await?;
        let kind = visible_type(&mut tx, ctx, id.as_str()).await?;
        if kind.name == DEFAULT_TYPE {
            return Err(default_stays("Deleting"));
        }
        if store::volumes::are_of_type(&mut tx, &kind.id).await? {
            let by = "volumes of this type".to_owned();
            return Err(Reason::InUse { noun: Noun::VolumeType, id: kind.name, by }.into());
        }
        store::volume_types::delete(&mut tx, grant, &kind.id).await?;
        self.shared.commit(tx).await?;
        self.shared.tell_everybody(Noun::VolumeType, kind.id.as_str());
        Ok(())
    }
}

fn default_stays(doing: &str) -> Error {
    let why = "volumes for which nobody chooses a type have it".to_owned();
    Reason::VolumeCannot { what: format!("{doing} the default type"), why }.into()
}

fn with(kind: VolumeType, wanted: NewVolumeType) -> Result<VolumeType> {
    let NewVolumeType { name, description, is_public, extra_specs } = wanted;
    validate::at_most("description", description.as_deref().unwrap_or_default(), validate::MAX_NAME)?;
    for (key, value) in &extra_specs {
        validate::name("extra_specs", key)?;
        validate::at_most("extra_specs", value, validate::MAX_NAME)?;
    }
    let multiattach = extra_specs.get("multiattach").is_some_and(|value| value.to_lowercase().contains("true"));
    if multiattach {
        let why = "a volume is in one instance at a time".to_owned();
        return Err(Error::on("extra_specs", Reason::VolumeCannot { what: "Multiple attachment".to_owned(), why }));
    }
    Ok(VolumeType { name: validate::name("name", &name)?, description, is_public, extra_specs, ..kind })
}

/// The type with this id or name, if the caller may choose it.
///
/// # Errors
/// `NotFound`.
pub(super) async fn visible_type(tx: &mut Tx, ctx: &Ctx, id_or_name: &str) -> Result<VolumeType> {
    let unknown = || Error::not_found(Noun::VolumeType, id_or_name);
    let kind = store::volume_types::find(tx, id_or_name).await?.ok_or_else(unknown)?;
    let is_seen =
        kind.is_public || ctx.is_admin() || store::volume_types::is_open_to(tx, &kind.id, &ctx.project_id).await?;
    if is_seen { Ok(kind) } else { Err(unknown()) }
}
