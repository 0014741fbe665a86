//! Language and theme switches: plain forms, whose answer is the same page in the new language or theme.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::dashboard::i18n::{Locale, locale, tr};
use crate::dashboard::preferences::{SetLanguage, SetTheme};
use crate::dashboard::theme::{Theme, theme};

/// Both switches.
#[component]
pub fn Preferences() -> impl IntoView {
    let (language, theme) = (locale(), theme());
    view! {
        <form method="post" action=SetLanguage::url() class="choices">
            <fieldset>
                <legend>{tr!(common.language)}</legend>
                <Choice name="language" value="en" label="English" chosen=language == Locale::en lang="en" />
                <Choice name="language" value="zh-CN" label="简体中文" chosen=language == Locale::zh_CN lang="zh-CN" />
            </fieldset>
        </form>
        <form method="post" action=SetTheme::url() class="choices">
            <fieldset>
                <legend>{tr!(common.theme)}</legend>
                <Choice name="theme" value="auto" label=tr!(common.theme_auto) chosen=theme == Theme::Auto />
                <Choice name="theme" value="light" label=tr!(common.theme_light) chosen=theme == Theme::Light />
                <Choice name="theme" value="dark" label=tr!(common.theme_dark) chosen=theme == Theme::Dark />
            </fieldset>
        </form>
    }
}

#[component]
fn Choice(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    chosen: bool,
    #[prop(optional)] lang: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button type="submit" class="btn quiet" name=name value=value lang=lang aria-pressed=if chosen { "true" } else { "false" }>
            {label}
        </button>
    }
}
