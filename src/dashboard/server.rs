//! What server functions and pages find in a request's Leptos context. The HTTP layer puts it there:
//! [`Services`], [`Caller`], [`Address`], `tower_sessions::Session`, and (by leptos_axum) the request's `http::request::Parts`.

use http::request::Parts;
use leptos::prelude::use_context;
use tower_sessions::Session;

use super::i18n::{LANGUAGE_COOKIE, Locale};
use super::theme::{THEME_COOKIE, Theme};
use crate::control::{Ctx, Services};
use crate::model::{Error, Reason, Result};

/// Who asks: none without a session, or when its token is no longer good.
#[derive(Debug, Clone)]
pub struct Caller(pub Option<Ctx>);

/// Scheme, host and port by which the browser reached us.
#[derive(Debug, Clone)]
pub struct Address(pub String);

/// By which address the browser reached us.
///
/// # Errors
/// A fault of ours when called outside a request.
pub fn address() -> Result<String> {
    let Address(address) = use_context().ok_or_else(|| Error::internal("no address in this request's context"))?;
    Ok(address)
}

/// Every service.
///
/// # Errors
/// A fault of ours when called outside a request.
pub fn services() -> Result<Services> {
    use_context().ok_or_else(|| Error::internal("no services in this request's context"))
}

/// Who asks.
///
/// # Errors
/// `NotAuthenticated` without a good session.
pub fn ctx() -> Result<Ctx> {
    use_context::<Caller>().and_then(|Caller(ctx)| ctx).ok_or_else(|| Reason::NotAuthenticated.into())
}

/// The browser's session.
///
/// # Errors
/// A fault of ours when called outside a request.
pub fn session() -> Result<Session> {
    use_context().ok_or_else(|| Error::internal("no session in this request's context"))
}

/// Language and theme of this request: cookies first, then what the browser asks for.
pub fn preferences() -> (Locale, Theme) {
    let Some(parts) = use_context::<Parts>() else { return Default::default() };
    let language = cookie(&parts, LANGUAGE_COOKIE).and_then(|text| text.parse().ok());
    let theme = cookie(&parts, THEME_COOKIE).and_then(|text| text.parse().ok());
    (language.unwrap_or_else(|| accepted_language(&parts)), theme.unwrap_or_default())
}

fn cookie(parts: &Parts, name: &str) -> Option<String> {
    let cookies = parts.headers.get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

fn accepted_language(parts: &Parts) -> Locale {
    let header = parts.headers.get(http::header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut wanted: Vec<(f32, &str)> = header
        .unwrap_or_default()
        .split(',')
        .map(|entry| {
            let (tag, rest) = entry.trim().split_once(';').unwrap_or((entry.trim(), "q=1"));
            (rest.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(1.0), tag)
        })
        .collect();
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let known = wanted.iter().find_map(|(_, tag)| match tag.split('-').next() {
        Some("zh") => Some(Locale::zh_CN),
        Some("en") => Some(Locale::en),
        _ => None,
    });
    known.unwrap_or_default()
}
