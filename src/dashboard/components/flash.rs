//! What was just done, from the address that the last form led to: works with and without script.

use leptos::prelude::*;
use leptos_router::hooks::{use_query_map, use_url};

use super::icon::{Icon, Picture};
use super::query::with_params;
use crate::dashboard::i18n::tr;

/// A sentence for `?flash=created&name=web-1`, with a link that dismisses it.
#[component]
pub fn Flash() -> impl IntoView {
    let (query, url) = (use_query_map(), use_url());
    let sentence = move || {
        let (flash, name) = query.with(|query| (query.get("flash"), query.get("name").unwrap_or_default()));
        flash.map(|flash| sentence(&flash, name))
    };
    view! {
        <div role="status">
            {move || sentence().map(|text| view! {
                <div class="card flash">
                    <Icon picture=Picture::Check />
                    <p>{text}</p>
                    <a class="btn quiet icon" href=move || with_params(&url.get(), &[])>
                        <Icon picture=Picture::Close />
                        <span class="sr">{tr!(common.dismiss)}</span>
                    </a>
                </div>
            })}
        </div>
    }
}

fn sentence(flash: &str, name: String) -> String {
    match flash {
        "created" => tr!(common.flash_created, name = name),
        "saved" => tr!(common.flash_saved, name = name),
        "deleted" => tr!(common.flash_deleted, name = name),
        "deleting" => tr!(common.flash_deleting, name = name),
        "launched" => tr!(common.flash_launched, name = name),
        _ => tr!(common.flash_done, name = name),
    }
}
