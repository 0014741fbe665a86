//! The screen with its toolbar. `public/console.js` brings the element to life; it has no words of its own, and shows
//! what is marked here with `data-when` for the state that it is in.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::toolbar::Toolbar;
use crate::dashboard::api::console::IssueConsoleTicket;
use crate::dashboard::api::instances::Act;
use crate::dashboard::components::{Icon, Picture};
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::instances::StartForm;
use crate::dashboard::reason::explain;
use crate::dashboard::words;
use crate::model::instance::Instance;
use crate::model::state::VmState;

/// The screen of an instance, or why there is none now.
#[component]
pub fn Screen(
    instance: Instance,
    act: ServerAction<Act>,
    no_write: Option<String>,
    /// Whether it is the only thing on the page.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    let lit = matches!(instance.vm_state, VmState::Active | VmState::Paused) && instance.host.is_some();
    let alone_at = (!alone).then(|| format!("/instances/{}/console", instance.id));
    let id = instance.id.to_string();
    let dark = (!lit).then(|| view! { <Dark instance act no_write /> });
    view! {
        <arcus-console
            class="console"
            data-instance=id
            data-tickets=IssueConsoleTicket::url()
            data-lit=if lit { "yes" } else { "no" }
        >
            <Toolbar alone_at />
            <div class="stage">
                <div class="guest"></div>
                {dark}
                <Waiting />
                {lit.then(|| view! { <NeedsScript /> })}
            </div>
        </arcus-console>
    }
}

/// Why the screen is black, and the way out where there is one.
#[component]
fn Dark(instance: Instance, act: ServerAction<Act>, no_write: Option<String>) -> impl IntoView {
    let why = match instance.vm_state {
        VmState::Building => tr!(instances.dark_building),
        VmState::Stopped => tr!(instances.dark_stopped),
        VmState::Suspended => tr!(instances.dark_suspended),
        VmState::Error => tr!(instances.dark_error),
        VmState::Deleted => tr!(instances.dark_deleted),
        VmState::Active | VmState::Paused => tr!(instances.dark_no_host),
    };
    let task = instance.task_state.map(|task| view! { <p class="quiet">{words::capital(words::task(task))} "…"</p> });
    let cause = instance.fault.as_ref().map(|fault| view! { <p>{explain(&fault.reason).cause}</p> });
    let stopped = instance.vm_state == VmState::Stopped;
    let timeline = format!("/instances/{}?tab=timeline", instance.id);
    let building = matches!(instance.vm_state, VmState::Building | VmState::Error);
    view! {
        <div class="curtain" role="status">
            <Icon picture=Picture::Console size=24 />
            <p>{why}</p>
            {task}
            {cause}
            {stopped.then(|| view! { <StartForm instance act no_write /> })}
            {building.then(|| view! { <a class="btn" href=timeline>{tr!(instances.see_timeline)}</a> })}
        </div>
    }
}

/// What stands in the screen's place where scripts do not run.
#[component]
pub fn NeedsScript() -> impl IntoView {
    view! { <noscript><p class="curtain">{tr!(instances.console_needs_script)}</p></noscript> }
}

/// What is shown while the script is not connected.
#[component]
pub fn Waiting() -> impl IntoView {
    view! {
        <div class="curtain" data-when="lost refused">
            <Icon picture=Picture::Warning size=24 />
            <p data-when="lost">{tr!(instances.console_lost)}</p>
            <p data-when="refused">{tr!(instances.console_refused)}</p>
            <p class="quiet" data-when="lost refused">{tr!(instances.console_retrying)}</p>
        </div>
    }
}
