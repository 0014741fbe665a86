//! `/identity/v3/projects`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::listing::{Listing, links};
use super::request::required;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::model::identity::{NewProject, Project, ProjectPatch};
use crate::model::{DomainId, Reason, Result};

#[derive(Deserialize)]
pub struct ProjectBody {
    project: Fields,
}

#[derive(Deserialize)]
struct Fields {
    name: Option<String>,
    domain_id: Option<DomainId>,
    parent_id: Option<String>,
    description: Option<String>,
    enabled: Option<bool>,
    is_domain: Option<bool>,
    tags: Option<Vec<String>>,
}

/// `GET`.
pub async fn list(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    let projects = caller.services.identity.projects(&caller.ctx).await?;
    Ok(listing.answer("projects", views(&projects, &listing.base)))
}

/// `GET /identity/v3/users/{id}/projects`.
pub async fn of_user(caller: Caller, listing: Listing, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let user = caller.services.identity.user(&caller.ctx, &id.into()).await?;
    let projects = caller.services.identity.projects_of(&user.id).await?;
    Ok(listing.answer("projects", views(&projects, &listing.base)))
}

/// `POST`.
pub async fn create(caller: Caller, Body(body): Body<ProjectBody>) -> Result<(StatusCode, Json<Value>), Failure> {
    let fields = body.project;
    let domain_id = fields.domain_id.clone().unwrap_or_else(|| caller.ctx.user_domain_id.clone());
    flat(&fields, &domain_id)?;
    let new = NewProject {
        domain_id,
        name: fields.name.ok_or_else(|| required("name"))?,
        description: fields.description.unwrap_or_default(),
        enabled: fields.enabled.unwrap_or(true),
        tags: fields.tags.unwrap_or_default(),
    };
    let project = caller.services.identity.add_project(&caller.ctx, new).await?;
    Ok((StatusCode::CREATED, Json(json!({ "project": view(&project, &caller.base) }))))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let project = caller.services.identity.project(&caller.ctx, &id.into()).await?;
    Ok(Json(json!({ "project": view(&project, &caller.base) })))
}

/// `PATCH …/{id}`.
pub async fn update(
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<ProjectBody>,
) -> Result<Json<Value>, Failure> {
    let fields = body.project;
    let project = caller.services.identity.project(&caller.ctx, &id.into()).await?;
    if fields.domain_id.as_ref().is_some_and(|domain| domain != &project.domain_id) {
        return Err(Reason::ReadOnly { name: "domain_id".into() }.into());
    }
    flat(&fields, &project.domain_id)?;
    let Fields { name, description, enabled, tags, .. } = fields;
    let patch = ProjectPatch { name, description, enabled, tags };
    let project = caller.services.identity.update_project(&caller.ctx, &project.id, patch).await?;
    Ok(Json(json!({ "project": view(&project, &caller.base) })))
}

/// `DELETE …/{id}`: asks no other service, as Keystone does not.
pub async fn delete(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    caller.services.identity.abandon_project(&caller.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Projects stand side by side in their domain: none has another as its parent, and none is a domain.
fn flat(fields: &Fields, domain: &DomainId) -> Result<()> {
    let nested = fields.parent_id.as_ref().is_some_and(|parent| parent != domain.as_str());
    if nested || fields.is_domain == Some(true) {
        let why = "a project's parent is its domain, and a project is no domain: there is no deeper hierarchy".into();
        return Err(Reason::Malformed { why }.into());
    }
    Ok(())
}

/// As a list shows them.
pub fn views(projects: &[Project], base: &Base) -> Vec<Value> {
    projects.iter().map(|project| view(project, base)).collect()
}

fn view(project: &Project, base: &Base) -> Value {
    json!({
        "id": project.id,
        "name": project.name,
        "domain_id": project.domain_id,
        "description": project.description,
        "enabled": project.enabled,
        "parent_id": project.domain_id,
        "is_domain": false,
        "tags": project.tags,
        "options": {},
        "links": links(base, &format!("projects/{}", project.id)),
    })
}
