//! Which projects may choose a type that is not public.

use super::VolumeService;
use super::types::visible_type;
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::{self, Tx, volume_types};
use crate::model::volume::VolumeType;
use crate::model::{Error, Noun, ProjectId, Reason, Result, VolumeTypeId};

impl VolumeService {
    /// The projects that may choose the type with this id or name; administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, also for a public type, which needs no list.
    pub async fn type_access(&self, ctx: &Ctx, id: &VolumeTypeId) -> Result<Vec<ProjectId>> {
        policy::check(ctx, Action::Administer, "list a volume type's projects")?;
        let mut seen = self.shared.db.snapshot().await?;
        let kind = visible_type(&mut seen, ctx, id.as_str()).await?;
        if kind.is_public {
            return Err(Error::not_found(Noun::VolumeType, format!("{id} (access list of a public type)")));
        }
        volume_types::projects(&mut seen, &kind.id).await
    }

    /// Lets a project choose it; administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `Duplicate` for a project that may already; `VolumeCannot` for a public type.
    pub async fn open_type(&self, ctx: &Ctx, id: &VolumeTypeId, project: &ProjectId) -> Result<()> {
        let (mut tx, grant, kind) = self.private_type(ctx, id).await?;
        let found = store::projects::by_id(&mut *tx, project).await?;
        found.ok_or_else(|| Error::not_found(Noun::Project, project.as_str()).at("project"))?;
        if !volume_types::open_to(&mut tx, grant, &kind.id, project).await? {
            return Err(Reason::Duplicate { noun: Noun::VolumeType, name: access(&kind, project) }.into());
        }
        self.shared.commit(tx).await?;
        self.shared.tell_everybody(Noun::VolumeType, kind.id.as_str());
        Ok(())
    }

    /// Keeps a project from choosing it from now on; its volumes of this type stay. Administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, also for a project that could not choose it; `VolumeCannot` for a public type.
    pub async fn close_type(&self, ctx: &Ctx, id: &VolumeTypeId, project: &ProjectId) -> Result<()> {
        let (mut tx, grant, kind) = self.private_type(ctx, id).await?;
        if !volume_types::close_to(&mut tx, grant, &kind.id, project).await? {
            return Err(Error::not_found(Noun::VolumeType, access(&kind, project)));
        }
        self.shared.commit(tx).await?;
        self.shared.tell_everybody(Noun::VolumeType, kind.id.as_str());
        Ok(())
    }

    /// Begins a change of who may choose it.
    async fn private_type(&self, ctx: &Ctx, id: &VolumeTypeId) -> Result<(Tx, Grant, VolumeType)> {
        let grant = policy::check(ctx, Action::Administer, "change a volume type's projects")?;
        let mut tx = self.shared.db.write().await?;
        let kind = visible_type(&mut tx, ctx, id.as_str()).await?;
        if kind.is_public {
            let what = "Letting single projects at a public type".to_owned();
            return Err(Reason::VolumeCannot { what, why: "everybody may choose it".to_owned() }.into());
        }
        Ok((tx, grant, kind))
    }
}

fn access(kind: &VolumeType, project: &ProjectId) -> String {
    format!("{} (access of {project})", kind.name)
}
