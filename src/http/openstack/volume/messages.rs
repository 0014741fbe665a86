//! `/volume/v3/{project}/messages`: why things failed.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::caller::{Caller, Of};
use super::listing::{self, Key, page};
use super::view::View;
use crate::http::failure::Failure;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::time::micros;
use crate::model::Noun;
use crate::model::volume::VolumeMessage;

/// How long they are kept.
const LAST: TimeDelta = TimeDelta::days(30);

/// `GET`.
pub async fn list(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let mut messages = caller.services.volume.messages(ctx).await?;
    let is = |name: &str, has: &str| value(&query, name).is_none_or(|wanted| wanted == has);
    messages.retain(|message| {
        is("resource_uuid", &message.resource_id)
            && is("resource_type", message.about.as_str())
            && is("request_id", &message.request_id)
    });
    let path = format!("/volume/v3/{}/messages", ctx.project_id);
    let page = page(messages, &query, Noun::Resource, |message| message.id.as_str(), key)?;
    let context = caller.view();
    Ok(Json(page.answer("messages", (&caller.base, &path, &query), |message| view(&context, &message))))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(Of { id }): Path<Of<String>>) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let message = caller.services.volume.message(ctx, &id).await?;
    Ok(Json(json!({ "message": view(&caller.view(), &message) })))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path(Of { id }): Path<Of<String>>) -> Result<StatusCode, Failure> {
    caller.services.volume.delete_message(&caller.auth.ctx, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn key(message: &VolumeMessage, name: &str) -> Option<Key> {
    Some(match name {
        "created_at" => listing::text(micros(message.created_at)),
        "id" => listing::text(&message.id),
        "resource_uuid" => listing::text(&message.resource_id),
        "resource_type" => listing::text(message.about),
        "request_id" => listing::text(&message.request_id),
        _ => return None,
    })
}

fn view(view: &View<'_>, message: &VolumeMessage) -> Value {
    json!({
        "id": message.id,
        "event_id": "VOLUME_000001",
        "user_message": message.reason.to_string(),
        "message_level": "ERROR",
        "resource_type": message.about,
        "resource_uuid": message.resource_id,
        "request_id": message.request_id,
        "created_at": micros(message.created_at),
        "guaranteed_until": micros(message.created_at + LAST),
        "links": view.links("messages", &message.id),
    })
}
