//! The launch form: one page, one plain form, nothing forced. Without script the server renders every choice and
//! "Update" reads them again; with script the page follows what is chosen.

mod access;
mod advanced;
mod first;
mod flavors;
mod form;
mod images;
mod naming;
mod networks;
mod plan;
mod section;
mod side;
mod sources;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use self::first::First;
use crate::dashboard::api::launch::LaunchForm;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::session::use_session;

/// The page. Its address prefills the form.
#[component]
pub fn LaunchPage() -> impl IntoView {
    let typed = LaunchForm::from_query(&use_location().search.get_untracked());
    let session = use_session();
    let first = Resource::new(|| (), move |()| First::load(typed.clone()));
    view! {
        <PageHeader title=tr!(launch.title) crumbs=vec![Crumb::new(tr!(common.nav_instances), "/instances")] />
        <Transition>
            {move || Suspend::new(async move {
                let no_write = session.why_no_write().await;
                match first.await {
                    Ok(first) => view! { <form::Form first no_write /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}
