//! What a router is.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::router::Router;

/// Its properties; which host carries it, administrators alone are told.
#[component]
pub fn Facts(router: Router, is_admin: bool) -> impl IntoView {
    let Router { id, description, host, created_at, .. } = router;
    let host = if host.is_empty() { tr!(common.none).to_owned() } else { host };
    view! {
        <Properties>
            {(!description.is_empty()).then(|| view! { <Property label=tr!(common.description)>{description}</Property> })}
            <Property label=tr!(common.id) copy=id.to_string()><code>{id.to_string()}</code></Property>
            {is_admin.then(|| view! { <Property label=tr!(routers.host)>{host}</Property> })}
            <Property label=tr!(common.created)><Time at=created_at /></Property>
        </Properties>
    }
}
