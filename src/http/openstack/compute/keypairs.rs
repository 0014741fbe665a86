//! `/compute/v2.1/os-keypairs`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::schema::{self, Field, Kind, invalid, may, must};
use super::server_list::next;
use super::server_query::limit;
use crate::control::Services;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::time::micros;
use crate::model::keypair::Keypair;
use crate::model::{Reason, Result, UserId};

/// From here on a key pair shows its type, and making and deleting one answer with other statuses.
const TYPED: u16 = 2;
/// Administrators may name whose key pairs they mean.
const OTHERS: u16 = 10;
const PAGED: u16 = 35;
/// Clients make their pairs themselves.
const ONLY_IMPORTED: u16 = 92;

/// `GET`: the caller's own, or another's for administrators.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let ctx = services.compute.with_keypairs_of(&auth.ctx, whose(&query, version).as_ref())?;
    let mut keypairs = services.compute.keypairs(&ctx).await?;
    if version.0 < PAGED {
        return Ok(Json(json!({ "keypairs": wrapped(&keypairs, version) })));
    }
    if let Some(marker) = value(&query, "marker") {
        let unknown = || invalid("marker", &json!(marker), format!("Marker '{marker}' could not be found"));
        let passed = keypairs.iter().position(|keypair| keypair.name == marker).ok_or_else(unknown)?;
        keypairs.drain(..=passed);
    }
    let limit = limit(&query)?;
    let more = keypairs.len() > limit;
    keypairs.truncate(limit);
    let mut page = json!({ "keypairs": wrapped(&keypairs, version) });
    if let Some(last) = keypairs.last().filter(|_| more) {
        page["keypairs_links"] = json!([{ "rel": "next", "href": next(&base, "os-keypairs", &query, &last.name) }]);
    }
    Ok(Json(page))
}

/// `GET …/{name}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(name): Path<String>,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let ctx = services.compute.with_keypairs_of(&auth.ctx, whose(&query, version).as_ref())?;
    let keypair = services.compute.keypair(&ctx, &name).await?;
    let mut view = brief(&keypair, version);
    view["user_id"] = json!(keypair.user_id);
    view["created_at"] = json!(micros(keypair.created_at));
    view["updated_at"] = Value::Null;
    view["deleted_at"] = Value::Null;
    view["deleted"] = json!(false);
    view["id"] = json!(keypair.number);
    Ok(Json(json!({ "keypair": view })))
}

const NEW: &[Field] = &[
    must("name", Kind::Text(1, 255)),
    may("public_key", Kind::Text(0, 65_535)),
    may("type", Kind::OneOf(&["ssh", "x509"])).since(TYPED),
    may("user_id", Kind::Text(1, 255)).since(OTHERS),
];

#[derive(Deserialize)]
struct New {
    name: String,
    public_key: Option<String>,
    r#type: Option<String>,
    user_id: Option<UserId>,
}

/// `POST`: imports a public key, or makes a pair and shows its private half this once.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let New { name, public_key, r#type: kind, user_id } = schema::read(body, "keypair", NEW, version)?;
    if kind.is_some_and(|kind| kind != "ssh") {
        let (field, value, choices) = ("type".into(), "x509".into(), "ssh".into());
        return Err(Reason::NotAChoice { field, value, choices }.into());
    }
    if public_key.is_none() && version.0 >= ONLY_IMPORTED {
        return Err(invalid("keypair", &json!({ "name": name }), "'public_key' is a required property".into()).into());
    }
    let ctx = services.compute.with_keypairs_of(&auth.ctx, user_id.as_ref())?;
    let (keypair, private_key) = match public_key {
        Some(key) => (services.compute.import_keypair(&ctx, &name, &key).await?, None),
        None => {
            let generated = services.compute.generate_keypair(&ctx, &name).await?;
            (generated.keypair, Some(generated.private_key))
        }
    };
    let mut view = brief(&keypair, version);
    view["user_id"] = json!(keypair.user_id);
    if let Some(private_key) = private_key {
        view["private_key"] = json!(private_key);
    }
    let status = if version.0 < TYPED { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(json!({ "keypair": view }))))
}

/// `DELETE …/{name}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(name): Path<String>,
    query: Pairs,
) -> Result<StatusCode, Failure> {
    let ctx = services.compute.with_keypairs_of(&auth.ctx, whose(&query, version).as_ref())?;
    services.compute.delete_keypair(&ctx, &name).await?;
    Ok(if version.0 < TYPED { StatusCode::ACCEPTED } else { StatusCode::NO_CONTENT })
}

/// Whose key pairs are meant, if not the caller's.
fn whose(query: &[(String, String)], version: Microversion) -> Option<UserId> {
    value(query, "user_id").filter(|_| version.0 >= OTHERS).map(UserId::from)
}

fn wrapped(keypairs: &[Keypair], version: Microversion) -> Vec<Value> {
    keypairs.iter().map(|keypair| json!({ "keypair": brief(keypair, version) })).collect()
}

fn brief(keypair: &Keypair, version: Microversion) -> Value {
    let mut view =
        json!({ "name": keypair.name, "public_key": keypair.public_key, "fingerprint": keypair.fingerprint });
    if version.0 >= TYPED {
        view["type"] = json!(keypair.kind);
    }
    view
}
