//! `/identity/v3/users`.

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
use crate::http::openstack::network::given::given;
use crate::model::identity::{Extra, NewUser, User, UserPatch};
use crate::model::{DomainId, ProjectId, Reason};

/// What Arcus says of a user by itself, whatever a client sends.
const OURS: [&str; 4] = ["id", "links", "options", "password_expires_at"];

#[derive(Deserialize)]
pub struct UserBody {
    user: Fields,
}

#[derive(Deserialize)]
struct Fields {
    name: Option<String>,
    domain_id: Option<DomainId>,
    password: Option<String>,
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    default_project_id: Option<Option<ProjectId>>,
    #[serde(flatten)]
    extra: Extra,
}

/// The body of a change of password.
#[derive(Deserialize)]
pub struct PasswordBody {
    user: Passwords,
}

#[derive(Deserialize)]
struct Passwords {
    original_password: String,
    password: String,
}

/// `GET`.
pub async fn list(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    let users = caller.services.identity.users(&caller.ctx).await?;
    Ok(listing.answer("users", views(&users, &listing.base)))
}

/// `POST`.
pub async fn create(caller: Caller, Body(body): Body<UserBody>) -> Result<(StatusCode, Json<Value>), Failure> {
    let fields = body.user;
    let new = NewUser {
        domain_id: fields.domain_id.unwrap_or_else(|| caller.ctx.user_domain_id.clone()),
        name: fields.name.ok_or_else(|| required("name"))?,
        password: fields.password,
        enabled: fields.enabled.unwrap_or(true),
        default_project_id: fields.default_project_id.flatten(),
        extra: kept(fields.extra),
    };
    let user = caller.services.identity.add_user(&caller.ctx, new).await?;
    Ok((StatusCode::CREATED, Json(json!({ "user": view(&user, &caller.base) }))))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let user = caller.services.identity.user(&caller.ctx, &id.into()).await?;
    Ok(Json(json!({ "user": view(&user, &caller.base) })))
}

/// `PATCH …/{id}`.
pub async fn update(
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<UserBody>,
) -> Result<Json<Value>, Failure> {
    let user = caller.services.identity.user(&caller.ctx, &id.into()).await?;
    let Fields { name, domain_id, password, enabled, default_project_id, extra } = body.user;
    if domain_id.is_some_and(|domain| domain != user.domain_id) {
        return Err(Reason::ReadOnly { name: "domain_id".into() }.into());
    }
    let patch = UserPatch { name, password, enabled, default_project_id, extra: kept(extra) };
    let user = caller.services.identity.update_user(&caller.ctx, &user.id, patch).await?;
    Ok(Json(json!({ "user": view(&user, &caller.base) })))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    caller.services.identity.delete_user(&caller.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST …/{id}/password`: one's own, for the one so far.
pub async fn change_password(
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<PasswordBody>,
) -> Result<StatusCode, Failure> {
    let Passwords { original_password, password } = body.user;
    caller.services.identity.change_password(&caller.ctx, &id.into(), &original_password, &password).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn kept(mut extra: Extra) -> Extra {
    extra.retain(|name, _| !OURS.contains(&name.as_str()));
    extra
}

/// As a list shows them.
pub fn views(users: &[User], base: &Base) -> Vec<Value> {
    users.iter().map(|user| view(user, base)).collect()
}

fn view(user: &User, base: &Base) -> Value {
    let mut view = json!(user.extra);
    view["id"] = json!(user.id);
    view["name"] = json!(user.name);
    view["domain_id"] = json!(user.domain_id);
    view["enabled"] = json!(user.enabled);
    if let Some(project) = &user.default_project_id {
        view["default_project_id"] = json!(project);
    }
    view["password_expires_at"] = Value::Null;
    view["options"] = json!({});
    view["links"] = links(base, &format!("users/{}", user.id));
    view
}
