//! New images from the dashboard: a form with a file, streamed, or with an address; with or without script.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Json};

use super::failure::Failure;
use super::query::query;
use super::trace::log_cause;
use crate::control::{Asker, Ctx, Services};
use crate::dashboard::api::images::UploadForm;
use crate::dashboard::server::Caller;
use crate::model::image::Image;
use crate::model::{Error, Reason, Result};

/// The part that holds the file; every field comes before it.
const FILE: &str = "file";
/// The most bytes of one field.
const MAX_FIELD: usize = 4096;

/// `POST /upload/images`: makes an image and takes its data, or begins to import it. A refused file leaves the record,
/// `killed`, with the reason.
///
/// Scripts (`Accept: application/json`) get the image or the error as JSON; a plain form goes back to the images, which
/// say how it went (`flash`, or `error` with the error as JSON, in the address).
pub async fn image(
    State(services): State<Services>,
    Extension(Caller(ctx)): Extension<Caller>,
    asker: Option<Extension<Asker>>,
    headers: HeaderMap,
    mut form: Multipart,
) -> Response {
    let taken = match ctx {
        Some(ctx) => take(&services, &ctx, &mut form).await.map_err(|error| error.with_request_id(&ctx.request_id)),
        None => return Failure::from(Reason::NotAuthenticated).into_response(),
    };
    // A browser that is still sending would take an early answer for a broken connection.
    while let Ok(Some(_)) = form.next_field().await {}
    let script = headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    match taken {
        Ok(image) if script => (StatusCode::CREATED, Json(image)).into_response(),
        Ok(image) => back(&[("flash", "created"), ("name", &image.name)]),
        Err(error) if script => Failure::from(error).into_response(),
        Err(error) => {
            if let Some(Extension(asker)) = asker {
                asker.refused(&error);
            }
            log_cause(&error);
            back(&[("error", &serde_json::to_string(&error).unwrap_or_else(|_| error.to_string()))])
        }
    }
}

fn back(params: &[(&str, &str)]) -> Response {
    Redirect::to(&format!("/images{}", query(params.iter().copied()))).into_response()
}

async fn take(services: &Services, ctx: &Ctx, parts: &mut Multipart) -> Result<Image> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == FILE {
            let form = typed(fields)?;
            if let Some(uri) = form.address()? {
                return import(services, ctx, &form, &uri).await;
            }
            if part.file_name().unwrap_or_default().is_empty() {
                break;
            }
            let image = services.image.create(ctx, form.command()?).await?;
            return services.image.upload(ctx, &image.id, part, None).await;
        }
        fields.insert(name.clone(), short_text(&name, part).await?);
    }
    Err(Error::on(FILE, Reason::Required { field: FILE.into() }))
}

async fn import(services: &Services, ctx: &Ctx, form: &UploadForm, uri: &str) -> Result<Image> {
    // Before there is a record that nothing could come of.
    services.image.check_import(uri)?;
    let image = services.image.create(ctx, form.command()?).await?;
    services.image.import(ctx, &image.id, uri).await
}

/// A field's text, read no further than it may be long.
async fn short_text(name: &str, mut part: Field<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_FIELD {
            return Err(Error::on(name, Reason::TooLong { field: name.to_owned(), max: MAX_FIELD as u32 }));
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed(format!("{name} is not text")))
}

/// The fields as the form has them; those that it does not have are nobody's business.
fn typed(fields: BTreeMap<String, String>) -> Result<UploadForm> {
    let fields = fields.into_iter().map(|(name, text)| (name, text.into())).collect();
    serde_json::from_value(serde_json::Value::Object(fields)).map_err(|error| malformed(error.to_string()))
}

fn unreadable(error: MultipartError) -> Error {
    malformed(error.body_text())
}

fn malformed(why: String) -> Error {
    Reason::Malformed { why }.into()
}
