//! `/network/v2.0/rbac-policies`: with whom networks are shared.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::attributes::{Kind, Resource, at_first};
use super::bulk::Several;
use super::collection;
use super::conditional::Change;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::network::{NewRbacPolicy, RbacPolicy};
use crate::model::{Error, NetworkId, Noun, ProjectId, RbacPolicyId, Result};

const KIND: &str = "network";
const ACTION: &str = "access_as_shared";
const EVERYBODY: &str = "*";

/// `GET`: the project's policies, and those for it.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let policies = services.network.rbac_policies(&auth.ctx).await?.iter().map(view).collect();
    Ok(wanted.list("rbac_policies", Noun::RbacPolicy, policies)?)
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<RbacPolicyId>,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let policy = view(&services.network.rbac_policy(&auth.ctx, &id).await?);
    Ok(Json(json!({ "rbac_policy": wanted.fields(policy) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let (ctx, wanted) = Several::<Wanted>::read(&auth.ctx, body, &POLICY)?.single()?;
    let policy = services.network.create_rbac_policy(&ctx, wanted.try_into()?).await?;
    Ok((StatusCode::CREATED, Json(json!({ "rbac_policy": view(&policy) }))))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<RbacPolicyId>,
) -> Result<StatusCode, Failure> {
    services.network.delete_rbac_policy(&auth.ctx, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

const POLICY: Resource = Resource {
    one: "rbac_policy",
    many: "rbac_policies",
    attributes: &[
        at_first("object_type", Kind::Text).required(),
        at_first("object_id", Kind::Text).required(),
        at_first("action", Kind::Text).required(),
        at_first("target_tenant", Kind::Text).required(),
    ],
};

#[derive(Deserialize)]
struct Wanted {
    object_type: String,
    object_id: NetworkId,
    action: String,
    target_tenant: String,
}

impl TryFrom<Wanted> for NewRbacPolicy {
    type Error = Error;

    fn try_from(wanted: Wanted) -> Result<Self> {
        for (field, value, choice) in [("object_type", &wanted.object_type, KIND), ("action", &wanted.action, ACTION)] {
            if value != choice {
                return Err(Error::not_a_choice(field, value, choice));
            }
        }
        let target = Some(ProjectId::from(wanted.target_tenant)).filter(|target| target.as_str() != EVERYBODY);
        Ok(Self { network_id: wanted.object_id, target })
    }
}

fn view(policy: &RbacPolicy) -> Value {
    json!({
        "id": policy.id,
        "object_type": KIND,
        "object_id": policy.network_id,
        "action": ACTION,
        "target_tenant": policy.target.as_ref().map_or(EVERYBODY, ProjectId::as_str),
        "project_id": policy.project_id,
        "tenant_id": policy.project_id,
    })
}
