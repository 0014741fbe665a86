//! The page with nothing but the screen of one instance.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::screen::Screen;
use crate::dashboard::api::instances::{Act, instance};
use crate::dashboard::components::{ErrorCard, StatusBadge};
use crate::dashboard::i18n::tr;
use crate::dashboard::live::Live;
use crate::dashboard::session::Session;
use crate::model::{InstanceId, Noun};

/// The page of `/instances/:id/console`.
#[component]
pub fn ConsolePage() -> impl IntoView {
    let session = Session::provide();
    let live = Live::provide();
    let params = use_params_map();
    let id = Memo::new(move |_| InstanceId(params.with(|params| params.get("id").unwrap_or_default())));
    let news = move || live.one(Noun::Instance, id.get().as_str()).get();
    let found = Resource::new(move || (id.get(), news()), |(id, _)| instance(id));
    let act = ServerAction::<Act>::new();
    view! {
        <main id="content" class="console-page">
            <Transition>
                {move || Suspend::new(async move {
                    let no_write = session.why_no_write().await;
                    match found.await {
                        Ok(instance) => view! {
                            <Title text=instance.name.clone() />
                            <div class="page-title">
                                <h1 id="page-title" tabindex="-1">{instance.name.clone()}</h1>
                                <StatusBadge status=instance.status() task=instance.task_state />
                                <a href=format!("/instances/{}", instance.id)>{tr!(instances.to_instance)}</a>
                            </div>
                            <Screen instance act no_write alone=true />
                        }
                        .into_any(),
                        Err(error) => view! { <ErrorCard error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
}
