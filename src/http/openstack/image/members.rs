//! `/image/v2/images/{id}/members`: with which projects an image is shared.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::seconds;
use crate::model::ProjectId;
use crate::model::image::{ImageMember, MemberStatus};

#[derive(Deserialize)]
pub struct NewMember {
    member: ProjectId,
}

#[derive(Deserialize)]
pub struct Answer {
    status: MemberStatus,
}

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let members = services.image.members(&auth.ctx, &id.into()).await?;
    let members: Vec<Value> = members.iter().map(view).collect();
    Ok(Json(json!({ "members": members, "schema": "/v2/schemas/members" })))
}

/// `POST`.
pub async fn add(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    Body(new): Body<NewMember>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(view(&services.image.add_member(&auth.ctx, &id.into(), &new.member).await?)))
}

/// `GET …/{member}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path((id, member)): Path<(String, String)>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(view(&services.image.member(&auth.ctx, &id.into(), &member.into()).await?)))
}

/// `PUT …/{member}`: takes the image, or lets it be.
pub async fn answer(
    State(services): State<Services>,
    auth: Auth,
    Path((id, member)): Path<(String, String)>,
    Body(answer): Body<Answer>,
) -> Result<Json<Value>, Failure> {
    let member = services.image.answer_sharing(&auth.ctx, &id.into(), &member.into(), answer.status).await?;
    Ok(Json(view(&member)))
}

/// `DELETE …/{member}`.
pub async fn remove(
    State(services): State<Services>,
    auth: Auth,
    Path((id, member)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    services.image.remove_member(&auth.ctx, &id.into(), &member.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(member: &ImageMember) -> Value {
    json!({
        "image_id": member.image_id,
        "member_id": member.member_id,
        "status": member.status,
        "created_at": seconds(member.created_at),
        "updated_at": seconds(member.updated_at),
        "schema": "/v2/schemas/member",
    })
}
