//! The frame around every page of somebody who is signed in.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::{use_location, use_url};

use super::flash::Flash;
use super::nav::Nav;
use super::topbar::TopBar;
use super::{ErrorCard, query};
use crate::dashboard::i18n::tr;
use crate::dashboard::live::Live;
use crate::dashboard::session::Session;
use crate::model::{Error, Reason};

/// Top bar, navigation, the page. Whoever is not signed in is sent to sign in, and then back.
#[component]
pub fn Layout() -> impl IntoView {
    query::hold_url();
    let session = Session::provide();
    Live::provide();
    focus_heading_on_arrival();
    view! {
        <a class="skip" href="#content">{tr!(common.skip_to_content)}</a>
        <TopBar />
        <div class="frame">
            <Nav />
            <main id="content" tabindex="-1">
                <Flash />
                <Transition>
                    {move || Suspend::new(async move { session.me.await.err().map(|error| view! { <Trouble error /> }) })}
                </Transition>
                <Outlet />
            </main>
        </div>
    }
}

/// Why it is not known who is signed in.
#[component]
fn Trouble(error: Error) -> impl IntoView {
    let url = use_url();
    if error.reason == Reason::NotAuthenticated {
        let path = url.with_untracked(|url| format!("/login?next={}", query::escape(&query::address(url))));
        return view! { <Redirect path /> }.into_any();
    }
    view! { <ErrorCard error /> }.into_any()
}

/// How many frames an arriving page's heading is waited for.
const FRAMES: u32 = 60;

/// Somebody who comes from another page starts at this one's heading, as after a full load.
fn focus_heading_on_arrival() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            request_animation_frame(|| focus_heading(FRAMES));
        }
        now
    });
}

/// The heading of a page that still loads is not there at once.
fn focus_heading(frames: u32) {
    let heading = document().get_element_by_id("page-title").and_then(|element| element.dyn_into::<HtmlElement>().ok());
    match heading {
        // Without a focusable heading the focus stays where it was.
        Some(heading) => drop(heading.focus()),
        None if frames > 0 => request_animation_frame(move || focus_heading(frames - 1)),
        None => {}
    }
}
