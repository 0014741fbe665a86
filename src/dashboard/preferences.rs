//! Language and theme: cookies that plain forms set, so that the whole page comes back in the new one.

use leptos::prelude::*;

use crate::model::Error;

/// Sets the page's language, `en` or `zh-CN`, and goes back.
#[server(endpoint = "preferences/language")]
pub async fn set_language(language: String) -> Result<(), Error> {
    use super::i18n::{LANGUAGE_COOKIE, Locale};
    let Ok(locale) = language.parse::<Locale>() else {
        return Err(Error::not_a_choice("language", language, "en, zh-CN"));
    };
    remember(LANGUAGE_COOKIE, leptos_i18n::Locale::as_str(locale));
    Ok(())
}

/// Sets the page's theme, `auto`, `light` or `dark`, and goes back.
#[server(endpoint = "preferences/theme")]
pub async fn set_theme(theme: String) -> Result<(), Error> {
    use super::theme::{THEME_COOKIE, Theme};
    let Ok(chosen) = theme.parse::<Theme>() else {
        return Err(Error::not_a_choice("theme", theme, "auto, light, dark"));
    };
    remember(THEME_COOKIE, chosen.as_str());
    Ok(())
}

/// For a year; scripts need not read it.
#[cfg(feature = "ssr")]
fn remember(name: &str, value: &str) {
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    let header = http::HeaderValue::from_str(&cookie);
    if let (Some(response), Ok(header)) = (use_context::<leptos_axum::ResponseOptions>(), header) {
        response.append_header(http::header::SET_COOKIE, header);
    }
}
