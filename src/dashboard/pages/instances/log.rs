//! The end of the guest's serial console log.

use leptos::html::Pre;
use leptos::prelude::*;

use super::shown::{OfTab, Shown};
use crate::dashboard::api::instances::console_log;
use crate::dashboard::components::{ErrorCard, Icon, Picture};
use crate::dashboard::i18n::tr;
use crate::model::instance::Instance;
use crate::model::{InstanceId, Result};

/// How often a followed log is read again.
#[cfg(feature = "hydrate")]
const FOLLOW_MS: u64 = 2_000;

/// The text, and whether it is followed.
#[derive(Clone, Copy)]
pub struct ConsoleLog {
    text: OfTab<Result<String>>,
    follow: RwSignal<bool>,
}

impl ConsoleLog {
    /// Loads what the tab shows.
    pub fn load(shown: Shown) -> Self {
        Self { text: shown.on("log", || 0, console_log), follow: RwSignal::new(false) }
    }
}

/// The log as text, with a button that reads it anew and a box that keeps doing so.
#[component]
pub fn Log(id: Memo<InstanceId>, instance: Resource<Result<Instance>>, log: ConsoleLog) -> impl IntoView {
    let ConsoleLog { text, follow } = log;
    let pre = NodeRef::<Pre>::new();
    follow_log(follow, text, pre);
    let again = move || format!("/instances/{}?tab=log", id.get());
    view! {
        <div class="filters">
            <a class="btn" href=again on:click=move |event| { event.prevent_default(); text.refetch(); }>
                <Icon picture=Picture::Reboot />
                <span>{tr!(common.refresh)}</span>
            </a>
            <label class="needs-script">
                <input type="checkbox" prop:checked=follow on:change:target=move |event| follow.set(event.target().checked()) />
                " " {tr!(instances.follow)}
            </label>
        </div>
        <Transition fallback=|| view! { <p class="quiet">{tr!(common.loading)}</p> }>
            {move || Suspend::new(async move {
                instance.await.ok()?;
                text.await.map(|text| match text {
                    Ok(text) if text.is_empty() => view! { <p class="quiet">{tr!(instances.log_empty)}</p> }.into_any(),
                    Ok(text) => view! { <pre class="log" tabindex="0" aria-label=tr!(instances.log) node_ref=pre>{text}</pre> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                })
            })}
        </Transition>
    }
}

/// While followed, the log is read again and again, and its end stays in view.
#[cfg(feature = "hydrate")]
fn follow_log(follow: RwSignal<bool>, log: OfTab<Result<String>>, pre: NodeRef<Pre>) {
    let timer = StoredValue::new_local(None::<IntervalHandle>);
    let stop = move || {
        if let Some(handle) = timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        stop();
        if follow.get() {
            let every = std::time::Duration::from_millis(FOLLOW_MS);
            timer.set_value(set_interval_with_handle(move || log.refetch(), every).ok());
        }
    });
    Effect::new(move |_| {
        log.track();
        if let (true, Some(pre)) = (follow.get(), pre.get()) {
            request_animation_frame(move || pre.set_scroll_top(pre.scroll_height()));
        }
    });
    on_cleanup(stop);
}

/// Nothing moves on the server.
#[cfg(not(feature = "hydrate"))]
fn follow_log(_: RwSignal<bool>, _: OfTab<Result<String>>, _: NodeRef<Pre>) {}
