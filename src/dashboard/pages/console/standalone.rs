//! The console for whoever holds its address, as OpenStack's clients open it: `/vnc_auto.html?token=…` or
//! `?path=%3Ftoken%3D…`. The token is good once; nothing else of Arcus is reached from here.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::screen::{NeedsScript, Waiting};
use super::toolbar::Toolbar;
use crate::dashboard::components::{Icon, Picture};
use crate::dashboard::i18n::tr;

/// The page of `/vnc_auto.html`.
#[component]
pub fn StandaloneConsolePage() -> impl IntoView {
    let query = use_query_map();
    let token = move || query.with(token);
    view! {
        <Title text=tr!(instances.console) />
        <main id="content" class="console-page">
            <h1 class="sr" id="page-title">{tr!(instances.console)}</h1>
            <arcus-console class="console" data-token=token data-lit="yes" data-client="noVNC">
                <Toolbar />
                <div class="stage">
                    <div class="guest"></div>
                    <div class="curtain" data-when="ended">
                        <Icon picture=Picture::Console size=24 />
                        <p>{tr!(login.console_used)}</p>
                        <a class="btn" href="/">{tr!(common.sign_in)}</a>
                    </div>
                    <Waiting />
                    <NeedsScript />
                </div>
            </arcus-console>
        </main>
    }
}

fn token(query: &ParamsMap) -> String {
    let in_path = || query.get("path").and_then(|path| path.split_once("token=").map(|(_, token)| token.to_owned()));
    query.get("token").or_else(in_path).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_in_both_forms_of_the_address() {
        for (name, value) in [("token", "abc"), ("path", "?token=abc")] {
            let mut query = ParamsMap::new();
            query.insert(name, value.to_owned());
            assert_eq!(token(&query), "abc");
        }
    }
}
