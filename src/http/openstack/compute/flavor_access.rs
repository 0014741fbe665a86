//! Which projects may use a flavor that is not public.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::microversion::Microversion;
use super::schema::{self, Kind, must};
use crate::control::{Ctx, Services};
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::{FlavorId, ProjectId, Reason, Result};

/// Access to a public flavor is refused from here on: it means nothing.
const ONLY_PRIVATE: u16 = 7;

/// `GET …/os-flavor-access`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<FlavorId>,
) -> Result<Json<Value>, Failure> {
    Ok(access(&id, services.compute.flavor_access(&auth.ctx, &id).await?))
}

/// `POST …/action`: `addTenantAccess` or `removeTenantAccess`.
pub async fn act(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<FlavorId>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<Value>, Failure> {
    #[derive(Deserialize)]
    struct Tenant {
        tenant: String,
    }
    let mut members = body.into_iter();
    let (Some((action, arguments)), None) = (members.next(), members.next()) else {
        return Err(Reason::Malformed { why: "a body with exactly one action is expected".into() }.into());
    };
    let open = match action.as_str() {
        "addTenantAccess" => true,
        "removeTenantAccess" => false,
        other => return Err(Reason::Malformed { why: format!("there is no such action: {other}") }.into()),
    };
    let wanted: Tenant = schema::object(arguments, &action, &[must("tenant", Kind::Text(1, 255))], version)?;
    let project = ProjectId::from(wanted.tenant);
    let projects = change(&services, &auth.ctx, version, &id, &project, open).await?;
    Ok(access(&id, projects))
}

async fn change(
    services: &Services,
    ctx: &Ctx,
    version: Microversion,
    id: &FlavorId,
    project: &ProjectId,
    open: bool,
) -> Result<Vec<ProjectId>, Failure> {
    if open && version.0 >= ONLY_PRIVATE && services.compute.flavor(ctx, id).await?.is_public {
        let (verb, status) = ("addTenantAccess".to_owned(), "public".to_owned());
        return Err(Reason::InvalidState { verb, id: id.to_string(), status }.into());
    }
    services.compute.open_flavor(ctx, id, project, open).await?;
    Ok(services.compute.projects_of_flavor(ctx, id).await?)
}

fn access(id: &FlavorId, projects: Vec<ProjectId>) -> Json<Value> {
    let view = |project: ProjectId| json!({ "flavor_id": id, "tenant_id": project });
    Json(json!({ "flavor_access": projects.into_iter().map(view).collect::<Vec<_>>() }))
}
