//! `/network/v2.0/{collection}/{id}/tags`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::conditional::Change;
use crate::control::Services;
use crate::control::network::Tagged;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::{Noun, Reason, Result};

/// A collection whose members can be tagged.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub enum Collection {
    Networks,
    Subnets,
    Ports,
    Routers,
    #[serde(rename = "floatingips")]
    FloatingIps,
    SecurityGroups,
}

impl From<Collection> for Tagged {
    fn from(collection: Collection) -> Self {
        match collection {
            Collection::Networks => Self::Network,
            Collection::Subnets => Self::Subnet,
            Collection::Ports => Self::Port,
            Collection::Routers => Self::Router,
            Collection::FloatingIps => Self::FloatingIp,
            Collection::SecurityGroups => Self::SecurityGroup,
        }
    }
}

/// `GET …/tags`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path((collection, id)): Path<(Collection, String)>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "tags": services.network.tags(&auth.ctx, collection.into(), &id).await? })))
}

/// `PUT …/tags`: these in place of those that there are.
pub async fn replace(
    State(services): State<Services>,
    Change(auth): Change,
    Path((collection, id)): Path<(Collection, String)>,
    Body(body): Body<Tags>,
) -> Result<Json<Value>, Failure> {
    let change = |tags: &mut Vec<String>| {
        *tags = body.tags;
        Ok(())
    };
    let tags = services.network.change_tags(&auth.ctx, collection.into(), &id, change).await?;
    Ok(Json(json!({ "tags": tags })))
}

/// `DELETE …/tags`.
pub async fn clear(
    State(services): State<Services>,
    Change(auth): Change,
    Path((collection, id)): Path<(Collection, String)>,
) -> Result<StatusCode, Failure> {
    let change = |tags: &mut Vec<String>| {
        tags.clear();
        Ok(())
    };
    services.network.change_tags(&auth.ctx, collection.into(), &id, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET …/tags/{tag}`: whether it is there.
pub async fn has(
    State(services): State<Services>,
    auth: Auth,
    Path((collection, id, tag)): Path<(Collection, String, String)>,
) -> Result<StatusCode, Failure> {
    let tags = services.network.tags(&auth.ctx, collection.into(), &id).await?;
    if tags.contains(&tag) { Ok(StatusCode::NO_CONTENT) } else { Err(unknown(tag).into()) }
}

/// `PUT …/tags/{tag}`.
pub async fn add(
    State(services): State<Services>,
    Change(auth): Change,
    Path((collection, id, tag)): Path<(Collection, String, String)>,
) -> Result<StatusCode, Failure> {
    let change = |tags: &mut Vec<String>| {
        tags.push(tag);
        Ok(())
    };
    services.network.change_tags(&auth.ctx, collection.into(), &id, change).await?;
    Ok(StatusCode::CREATED)
}

/// `DELETE …/tags/{tag}`.
pub async fn remove(
    State(services): State<Services>,
    Change(auth): Change,
    Path((collection, id, tag)): Path<(Collection, String, String)>,
) -> Result<StatusCode, Failure> {
    let change = |tags: &mut Vec<String>| {
        let at = tags.iter().position(|known| *known == tag).ok_or_else(|| unknown(tag))?;
        tags.remove(at);
        Ok(())
    };
    services.network.change_tags(&auth.ctx, collection.into(), &id, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn unknown(tag: String) -> Reason {
    Reason::NotFound { noun: Noun::Tag, id: tag }
}

/// The body of a replacement.
#[derive(Deserialize)]
pub struct Tags {
    tags: Vec<String>,
}
