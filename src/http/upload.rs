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
use crate::control::{Ctx, Services};
use crate::dashboard::server::Caller;
use crate::model::image::{ContainerFormat, DiskFormat, Image, NewImage, Visibility};
use crate::model::{Error, Reason, Result, validate};

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
            log_cause(&error);
            back(&[("error", &serde_json::to_string(&error).unwrap_or_else(|_| error.to_string()))])
        }
    }
}

fn back(params: &[(&str, &str)]) -> Response {
    Redirect::to(&format!("/images{}", query(params.iter().copied()))).into_response()
}

async fn take(services: &Services, ctx: &Ctx, form: &mut Multipart) -> Result<Image> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == FILE {
            if fields.get("source").is_some_and(|source| source == "address") {
                return import(services, ctx, &fields).await;
            }
            if part.file_name().unwrap_or_default().is_empty() {
                break;
            }
            let image = services.image.create(ctx, described(&fields)?).await?;
            return services.image.upload(ctx, &image.id, part, None).await;
        }
        fields.insert(name.clone(), short_text(&name, part).await?);
    }
    Err(Error::on(FILE, Reason::Required { field: FILE.into() }))
}

async fn import(services: &Services, ctx: &Ctx, fields: &BTreeMap<String, String>) -> Result<Image> {
    let uri = fields.get("uri").map(|uri| uri.trim()).filter(|uri| !uri.is_empty());
    let uri = uri.ok_or_else(|| Error::on("uri", Reason::Required { field: "uri".into() }))?;
    // Before there is a record that nothing could come of.
    services.image.check_import(uri)?;
    let image = services.image.create(ctx, described(fields)?).await?;
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

fn described(fields: &BTreeMap<String, String>) -> Result<NewImage> {
    let text = |name: &str| fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    Ok(NewImage {
        id: None,
        name: validate::name("name", text("name").unwrap_or_default())?,
        description: text("description").map(str::to_owned),
        disk_format: Some(choice("disk_format", text("disk_format"), DiskFormat::ALL)?),
        container_format: Some(ContainerFormat::Bare),
        visibility: match text("visibility") {
            None => Visibility::Private,
            some => choice("visibility", some, Visibility::ALL)?,
        },
        min_disk: number("min_disk", text("min_disk"))?,
        min_ram: number("min_ram", text("min_ram"))?,
        protected: text("protected").is_some(),
        hidden: false,
        tags: Vec::new(),
        properties: BTreeMap::new(),
    })
}

fn choice<T: Copy + std::fmt::Display>(field: &str, value: Option<&str>, all: &[T]) -> Result<T> {
    let value = value.ok_or_else(|| Error::on(field, Reason::Required { field: field.to_owned() }))?;
    all.iter().copied().find(|choice| choice.to_string() == value).ok_or_else(|| {
        let choices = all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Error::not_a_choice(field, value, choices)
    })
}

/// Nothing typed means zero: no minimum.
fn number(field: &str, value: Option<&str>) -> Result<i64> {
    const MOST: i64 = 1 << 24;
    let number = value.map_or(Some(0), |value| value.parse().ok().filter(|number| (0..=MOST).contains(number)));
    number.ok_or_else(|| Error::on(field, Reason::OutOfRange { field: field.to_owned(), min: 0, max: MOST }))
}

fn unreadable(error: MultipartError) -> Error {
    malformed(error.body_text())
}

fn malformed(why: String) -> Error {
    Reason::Malformed { why }.into()
}
