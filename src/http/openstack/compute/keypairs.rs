//! `/compute/v2.1/os-keypairs`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::microversion::Microversion;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::micros;
use crate::model::keypair::Keypair;

/// From here on a key pair shows its type, and making and deleting one answer with other statuses.
const TYPED: Microversion = Microversion(2);

/// `GET`: the caller's own.
pub async fn list(State(services): State<Services>, auth: Auth, version: Microversion) -> Result<Json<Value>, Failure> {
    let keypairs = services.compute.keypairs(&auth.ctx).await?;
    let keypairs: Vec<Value> = keypairs.iter().map(|keypair| json!({ "keypair": brief(keypair, version) })).collect();
    Ok(Json(json!({ "keypairs": keypairs })))
}

/// `GET …/{name}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(name): Path<String>,
) -> Result<Json<Value>, Failure> {
    let keypair = services.compute.keypair(&auth.ctx, &name).await?;
    let mut view = brief(&keypair, version);
    view["user_id"] = json!(keypair.user_id);
    view["created_at"] = json!(micros(keypair.created_at));
    view["updated_at"] = Value::Null;
    view["deleted_at"] = Value::Null;
    view["deleted"] = json!(false);
    view["id"] = json!(keypair.name);
    Ok(Json(json!({ "keypair": view })))
}

/// `POST`: imports a public key, or makes a pair and shows its private half this once.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Body(body): Body<Create>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let Given { name, public_key } = body.keypair;
    let (keypair, private_key) = match public_key {
        Some(key) => (services.compute.import_keypair(&auth.ctx, &name, &key).await?, None),
        None => {
            let generated = services.compute.generate_keypair(&auth.ctx, &name).await?;
            (generated.keypair, Some(generated.private_key))
        }
    };
    let mut view = brief(&keypair, version);
    view["user_id"] = json!(keypair.user_id);
    if let Some(private_key) = private_key {
        view["private_key"] = json!(private_key);
    }
    let status = if version < TYPED { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(json!({ "keypair": view }))))
}

/// `DELETE …/{name}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(name): Path<String>,
) -> Result<StatusCode, Failure> {
    services.compute.delete_keypair(&auth.ctx, &name).await?;
    Ok(if version < TYPED { StatusCode::ACCEPTED } else { StatusCode::NO_CONTENT })
}

/// The body of a create.
#[derive(Deserialize)]
pub struct Create {
    keypair: Given,
}

#[derive(Deserialize)]
struct Given {
    name: String,
    public_key: Option<String>,
}

fn brief(keypair: &Keypair, version: Microversion) -> Value {
    let mut view =
        json!({ "name": keypair.name, "public_key": keypair.public_key, "fingerprint": keypair.fingerprint });
    if version >= TYPED {
        view["type"] = json!(keypair.kind);
    }
    view
}
