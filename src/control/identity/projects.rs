//! Projects.

use super::checks::{description_of, domain_exists, permitted, project_exists};
use super::{Identity, new_id};
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::{Tx, projects};
use crate::model::identity::{NewProject, Project, ProjectPatch};
use crate::model::{DomainId, Error, Noun, ProjectId, Reason, Result, UserId, validate};

const MAX_TAGS: i64 = 80;

impl Identity {
    pub async fn projects(&self, ctx: &Ctx) -> Result<Vec<Project>> {
        policy::check(ctx, Action::Administer, "list projects")?;
        projects::all(self.shared.db.read()).await
    }

    /// Administrators may look at any project, people at the one that their token is for.
    pub async fn project(&self, ctx: &Ctx, id: &ProjectId) -> Result<Project> {
        permitted(ctx.is_admin() || &ctx.project_id == id, "look at another project")?;
        projects::by_id(self.shared.db.read(), id).await?.ok_or_else(|| Error::not_found(Noun::Project, id.as_str()))
    }

    /// The enabled projects in which the user has a role, sorted by name.
    pub async fn projects_of(&self, user: &UserId) -> Result<Vec<Project>> {
        projects::of_user(self.shared.db.read(), user).await
    }

    pub async fn create_project(&self, ctx: &Ctx, domain: &DomainId, name: &str, description: &str) -> Result<Project> {
        let (domain_id, name, description) = (domain.clone(), name.to_owned(), description.to_owned());
        self.add_project(ctx, NewProject { domain_id, name, description, enabled: true, tags: Vec::new() }).await
    }

    /// As [`Self::create_project`], with everything that can be said of one.
    pub async fn add_project(&self, ctx: &Ctx, new: NewProject) -> Result<Project> {
        let grant = policy::check(ctx, Action::Administer, "create a project")?;
        let project = Project {
            id: new_id().into(),
            domain_id: new.domain_id,
            name: validate::name("name", &new.name)?,
            description: description_of(&new.description)?,
            enabled: new.enabled,
            tags: tags_of(new.tags)?,
        };
        let mut tx = self.shared.db.write().await?;
        domain_exists(&mut tx, &project.domain_id).await?;
        projects::insert(&mut tx, grant, &project).await?;
        tx.commit().await?;
        Ok(project)
    }

    /// Tokens for a disabled project stop working at once.
    pub async fn update_project(&self, ctx: &Ctx, id: &ProjectId, patch: ProjectPatch) -> Result<Project> {
        let grant = policy::check(ctx, Action::Administer, "change a project")?;
        let mut tx = self.shared.db.write().await?;
        let mut project =
            projects::by_id(&mut *tx, id).await?.ok_or_else(|| Error::not_found(Noun::Project, id.as_str()))?;
        if let Some(name) = patch.name {
            project.name = validate::name("name", &name)?;
        }
        if let Some(description) = patch.description {
            project.description = description_of(&description)?;
        }
        if let Some(tags) = patch.tags {
            project.tags = tags_of(tags)?;
        }
        project.enabled = patch.enabled.unwrap_or(project.enabled);
        projects::update(&mut tx, grant, &project).await?;
        tx.commit().await?;
        Ok(project)
    }

    /// Refused (`InUse`) while it still owns instances, networks, ports or images.
    pub async fn delete_project(&self, ctx: &Ctx, project: &ProjectId) -> Result<()> {
        let (mut tx, grant) = self.to_be_deleted(ctx, project).await?;
        let owned = projects::owned(&mut tx, project).await?;
        let counts = [
            (owned.instances, "instances"),
            (owned.routers, "routers"),
            (owned.floating_ips, "floating IPs"),
            (owned.networks, "networks"),
            (owned.ports, "ports"),
            (owned.images, "images"),
        ];
        if let Some((count, what)) = counts.into_iter().find(|(count, _)| *count > 0) {
            let by = format!("its {what} ({count})");
            return Err(Reason::InUse { noun: Noun::Project, id: project.to_string(), by }.into());
        }
        projects::delete(&mut tx, grant, project).await?;
        Ok(tx.commit().await?)
    }

    /// Deletes it as Keystone does, which asks no other service: what the project owns stays, and administrators
    /// still see it.
    pub async fn abandon_project(&self, ctx: &Ctx, project: &ProjectId) -> Result<()> {
        let (mut tx, grant) = self.to_be_deleted(ctx, project).await?;
        projects::delete(&mut tx, grant, project).await?;
        Ok(tx.commit().await?)
    }

    async fn to_be_deleted(&self, ctx: &Ctx, project: &ProjectId) -> Result<(Tx, Grant)> {
        let grant = policy::check(ctx, Action::Administer, "delete a project")?;
        let mut tx = self.shared.db.write().await?;
        project_exists(&mut tx, project).await?;
        Ok((tx, grant))
    }
}

/// Tags once each, in the order given; neither `/` nor `,` is in one.
fn tags_of(tags: Vec<String>) -> Result<Vec<String>> {
    validate::range("tags", tags.len() as i64, 0, MAX_TAGS)?;
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        let tag = validate::name("tags", &tag)?;
        if tag.contains(['/', ',']) {
            return Err(Reason::BadCharacters { field: "tags".into(), allowed: "no / and no ,".into() }.into());
        }
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    Ok(kept)
}
