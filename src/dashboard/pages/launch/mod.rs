//! The launch form: one page, one plain form, nothing forced. Without script the server renders every choice and
//! "Update" reads them again; with script the page follows what is chosen.

mod access;
mod advanced;
mod flavors;
mod form;
mod images;
mod naming;
mod networks;
mod plan;
mod section;
mod side;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::dashboard::api::launch::{LaunchForm, launch_choices};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;

/// The page. Its address prefills the form.
#[component]
pub fn LaunchPage() -> impl IntoView {
    let typed = LaunchForm::from_query(&use_location().search.get_untracked());
    let choices = Resource::new(|| (), |()| launch_choices());
    view! {
        <PageHeader title=tr!(launch.title) crumbs=vec![Crumb::new(tr!(common.nav_instances), "/instances")] />
        <Transition>
            {move || {
                let typed = typed.clone();
                Suspend::new(async move {
                    match choices.await {
                        Ok(choices) => view! { <form::Form choices typed /> }.into_any(),
                        Err(error) => view! { <ErrorCard error /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}
