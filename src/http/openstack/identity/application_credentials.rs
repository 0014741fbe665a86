//! `/identity/v3/users/{id}/application_credentials`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::listing::{Listing, links};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::{micros, moment};
use crate::model::identity::{ApplicationCredential, NewApplicationCredential};
use crate::model::{Reason, Result};

#[derive(Deserialize)]
pub struct CredentialBody {
    application_credential: Fields,
}

#[derive(Deserialize)]
struct Fields {
    name: String,
    description: Option<String>,
    secret: Option<String>,
    roles: Option<Vec<RoleNamed>>,
    unrestricted: Option<bool>,
    expires_at: Option<String>,
    access_rules: Option<Vec<Value>>,
}

/// A role by id or name.
#[derive(Deserialize)]
struct RoleNamed {
    id: Option<String>,
    name: Option<String>,
}

impl TryFrom<Fields> for NewApplicationCredential {
    type Error = crate::model::Error;

    fn try_from(fields: Fields) -> Result<Self> {
        if fields.access_rules.is_some_and(|rules| !rules.is_empty()) {
            let why = "access rules are not kept: make a credential with fewer roles instead".into();
            return Err(Reason::Malformed { why }.into());
        }
        let named = |role: RoleNamed| role.id.or(role.name);
        Ok(Self {
            name: fields.name,
            description: fields.description,
            secret: fields.secret,
            roles: fields.roles.map(|roles| roles.into_iter().filter_map(named).collect()),
            unrestricted: fields.unrestricted.unwrap_or(false),
            expires_at: fields.expires_at.map(|text| moment("expires_at", &text)).transpose()?,
        })
    }
}

/// `GET`.
pub async fn list(caller: Caller, listing: Listing, Path(user): Path<String>) -> Result<Json<Value>, Failure> {
    let credentials = caller.services.identity.application_credentials(&caller.ctx, &user.into()).await?;
    let credentials = credentials.iter().map(|credential| view(credential, &listing.base)).collect();
    Ok(listing.answer("application_credentials", credentials))
}

/// `POST`: the only answer that tells the secret.
pub async fn create(
    caller: Caller,
    Path(user): Path<String>,
    Body(body): Body<CredentialBody>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let new = body.application_credential.try_into()?;
    let made = caller.services.identity.create_application_credential(&caller.ctx, &user.into(), new).await;
    let (credential, secret) = made.map_err(Failure::in_body)?;
    let mut view = view(&credential, &caller.base);
    view["secret"] = json!(secret);
    Ok((StatusCode::CREATED, Json(json!({ "application_credential": view }))))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path((user, id)): Path<(String, String)>) -> Result<Json<Value>, Failure> {
    let credential = caller.services.identity.application_credential(&caller.ctx, &user.into(), &id.into()).await?;
    Ok(Json(json!({ "application_credential": view(&credential, &caller.base) })))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path((user, id)): Path<(String, String)>) -> Result<StatusCode, Failure> {
    caller.services.identity.delete_application_credential(&caller.ctx, &user.into(), &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(credential: &ApplicationCredential, base: &Base) -> Value {
    let roles: Vec<Value> = credential
        .roles
        .iter()
        .map(|role| json!({ "id": role.id, "name": role.name, "domain_id": null, "description": role.description, "options": {} }))
        .collect();
    json!({
        "id": credential.id,
        "name": credential.name,
        "description": credential.description,
        "user_id": credential.user_id,
        "project_id": credential.project_id,
        "system": null,
        "roles": roles,
        "expires_at": credential.expires_at.map(micros),
        "unrestricted": credential.unrestricted,
        "links": links(base, &format!("users/{}/application_credentials/{}", credential.user_id, credential.id)),
    })
}
