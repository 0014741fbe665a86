//! The form as a whole: its parts, and how the page follows them.

use leptos::form::FromFormData;
use leptos::html::Form as FormElement;
use leptos::prelude::*;

use super::first::First;
use super::plan::Plan;
use super::{access, advanced, flavors, images, naming, networks, side};
use crate::dashboard::api::launch::{Launch, LaunchForm};
use crate::dashboard::components::*;

/// Everything below the heading.
#[component]
pub fn Form(first: First, no_write: Option<String>) -> impl IntoView {
    let action = ServerAction::<Launch>::new();
    let refused = refused(action);
    let plan = Plan::new(first);
    let form = NodeRef::<FormElement>::new();
    let follow = move || {
        // What was chosen before the script ran, or is put back by the browser, counts as well.
        let content = form.get_untracked().and_then(|form| read(&form));
        if let Some(content) = content.filter(|content| plan.form.with_untracked(|known| known != content)) {
            plan.form.set(content);
        }
    };
    Effect::new(move |_| {
        if form.get().is_some() {
            follow();
        }
    });
    view! {
        <div on:input=move |_| follow() on:change=move |_| follow()>
            <ActionForm action node_ref=form>
                <div class="launch">
                    <div class="launch-main">
                        <ErrorSummary refused />
                        <images::Images plan refused />
                        <flavors::Flavors plan refused />
                        <networks::Networks plan refused />
                        <access::Access plan refused />
                        <naming::Naming plan refused />
                        <advanced::Advanced plan refused />
                    </div>
                    <side::Side plan busy=action.pending() no_write />
                </div>
            </ActionForm>
        </div>
    }
}

/// The form's content as the browser would send it.
fn read(form: &leptos::web_sys::HtmlFormElement) -> Option<LaunchForm> {
    let data = leptos::web_sys::FormData::new_with_form(form).ok()?;
    LaunchForm::from_form_data(&data).ok()
}
