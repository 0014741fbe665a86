//! The end of the guest's serial console log.

use leptos::html::Pre;
use leptos::prelude::*;

use crate::dashboard::api::instances::console_log;
use crate::dashboard::components::{ErrorCard, Icon, Picture};
use crate::dashboard::i18n::tr;
use crate::model::instance::Instance;

/// How often a followed log is read again.
#[cfg(feature = "hydrate")]
const FOLLOW_MS: u64 = 2_000;

/// The log as text, with a button that reads it anew and a box that keeps doing so.
#[component]
pub fn Log(instance: Instance) -> impl IntoView {
    let id = instance.id.clone();
    let log = Resource::new(move || id.clone(), console_log);
    let follow = RwSignal::new(false);
    let pre = NodeRef::<Pre>::new();
    follow_log(follow, log, pre);
    let again = format!("/instances/{}?tab=log", instance.id);
    view! {
        <div class="filters">
            <a class="btn" href=again on:click=move |event| { event.prevent_default(); log.refetch(); }>
                <Icon picture=Picture::Reboot />
                <span>{tr!(common.refresh)}</span>
            </a>
            <label class="needs-script">
                <input type="checkbox" on:change:target=move |event| follow.set(event.target().checked()) />
                " " {tr!(instances.follow)}
            </label>
        </div>
        <Transition fallback=|| view! { <p class="quiet">{tr!(common.loading)}</p> }>
            {move || Suspend::new(async move {
                match log.await {
                    Ok(text) if text.is_empty() => view! { <p class="quiet">{tr!(instances.log_empty)}</p> }.into_any(),
                    Ok(text) => view! { <pre class="log" tabindex="0" aria-label=tr!(instances.log) node_ref=pre>{text}</pre> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// While followed, the log is read again and again, and its end stays in view.
#[cfg(feature = "hydrate")]
fn follow_log(follow: RwSignal<bool>, log: Resource<crate::model::Result<String>>, pre: NodeRef<Pre>) {
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
fn follow_log(_: RwSignal<bool>, _: Resource<crate::model::Result<String>>, _: NodeRef<Pre>) {}
