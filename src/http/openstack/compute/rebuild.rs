//! The action `rebuild`.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::new_server::{DISK_CONFIG, decoded};
use super::schema::{self, Field, Kind, invalid, may, must};
use super::server_view::{View, encoded};
use super::servers::{Change, given, new_password};
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::model::instance::Rebuild;
use crate::model::{InstanceId, Result};

const FIELDS: &[Field] = &[
    must("imageRef", Kind::Text(1, 255)),
    may("name", Kind::Text(1, 255)),
    may("adminPass", Kind::Text(0, 255)),
    may("metadata", Kind::Pairs),
    may("preserve_ephemeral", Kind::Boolean),
    may("accessIPv4", Kind::Text(0, 255)),
    may("accessIPv6", Kind::Text(0, 255)),
    may("OS-DCF:diskConfig", DISK_CONFIG),
    may("personality", Kind::List).until(56),
    may("description", Kind::TextOrNull(0, 255)).since(19),
    may("key_name", Kind::TextOrNull(1, 255)).since(54),
    may("user_data", Kind::TextOrNull(0, 65_535)).since(57),
    may("trusted_image_certificates", Kind::Any).since(63),
    may("hostname", Kind::Text(1, 255)).since(90),
];
const KEY_SHOWN: u16 = 54;
const USER_DATA_SHOWN: u16 = 57;

#[derive(Deserialize)]
struct Wanted {
    #[serde(rename = "imageRef")]
    image: String,
    #[serde(rename = "adminPass")]
    password: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
    #[serde(default)]
    personality: Vec<Value>,
    #[serde(default, deserialize_with = "given")]
    key_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    user_data: Option<Option<String>>,
    trusted_image_certificates: Option<Value>,
    #[serde(flatten)]
    change: Change,
}

impl Wanted {
    fn into_rebuild(self) -> Result<Rebuild> {
        let asked = [
            ("personality", !self.personality.is_empty()),
            ("trusted_image_certificates", self.trusted_image_certificates.as_ref().is_some_and(|ids| !ids.is_null())),
        ];
        if let Some((name, _)) = asked.into_iter().find(|(_, asked)| *asked) {
            return Err(invalid(name, &json!("…"), "This cloud does not offer it.".into()));
        }
        let user_data = self.user_data.map(|text| text.as_deref().map(decoded).transpose()).transpose()?;
        Ok(Rebuild {
            image: Some(self.image.into()),
            change: self.change.into(),
            metadata: self.metadata,
            user_data,
            key_name: self.key_name,
        })
    }
}

/// Starts over from an image, with changes of what is said of the server.
pub async fn rebuild(
    services: &Services,
    ctx: &Ctx,
    base: &Base,
    version: Microversion,
    id: &InstanceId,
    arguments: Value,
) -> Result<Response, Failure> {
    let wanted: Wanted = schema::object(arguments, "rebuild", FIELDS, version)?;
    let password = wanted.password.clone().unwrap_or_else(new_password);
    // What the body names may be its fault, the instance is named in the address.
    services.compute.instance(ctx, id).await?;
    let rebuilt = services.compute.rebuild(ctx, id, wanted.into_rebuild()?).await;
    let instance = rebuilt.map_err(Failure::in_body)?;
    let user_data = services.compute.user_data(ctx, id).await?;
    let view = View::new(services, ctx, base, version).await?;
    let mut server = json!(view.changed(&instance, user_data.as_deref()));
    server["adminPass"] = json!(password);
    if version.0 >= KEY_SHOWN {
        server["key_name"] = json!(instance.key_name);
    }
    if version.0 >= USER_DATA_SHOWN {
        server["user_data"] = json!(encoded(user_data.as_deref()));
        server.as_object_mut().and_then(|members| members.remove("OS-EXT-SRV-ATTR:user_data"));
    }
    Ok((StatusCode::ACCEPTED, Json(json!({ "server": server }))).into_response())
}
