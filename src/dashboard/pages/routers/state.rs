//! How a router stands, and who may change it.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::identity::Me;
use crate::model::router::Router;

/// A badge: switched off, waiting for a host, or at work.
#[component]
pub fn RouterState(router: Router) -> impl IntoView {
    let idle = router.gateway.is_none() && router.interfaces.is_empty();
    let (tone, label) = match (router.admin_state_up, router.host.is_empty()) {
        (false, _) => (Tone::Neutral, tr!(networks.down)),
        (true, _) if idle => (Tone::Neutral, tr!(routers.idle)),
        (true, true) => (Tone::Info, tr!(routers.waiting)),
        (true, false) => (Tone::Positive, tr!(networks.up)),
    };
    view! { <Badge tone label /> }
}

/// Why this person cannot change the router, if so.
pub fn why_not_change(router: &Router, me: &Me) -> Option<String> {
    match (me.can_write, me.is_admin || router.project_id == me.project.id) {
        (false, _) => Some(tr!(common.needs_member).to_owned()),
        (_, false) => Some(tr!(networks.not_yours).to_owned()),
        _ => None,
    }
}
