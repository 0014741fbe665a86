//! Renaming a router, and switching it off and on.

use leptos::prelude::*;

use crate::dashboard::api::routers::UpdateRouter;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::router::Router;

/// The form behind its button.
#[component]
pub fn Edit(router: Router, action: ServerAction<UpdateRouter>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let down = !router.admin_state_up;
    let router = StoredValue::new(router);
    let of = move |part: fn(&Router) -> String| router.with_value(part);
    view! {
        <Disclosure label=tr!(routers.edit) icon=Picture::Edit refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused scope="edit-" />
                <input type="hidden" name="id" value=of(|router| router.id.to_string()) />
                <TextField name="name" label=tr!(common.name) value=of(|router| router.name.clone()) required=true refused scope="edit-" />
                <TextField name="description" label=tr!(common.description) value=of(|router| router.description.clone()) optional=true refused scope="edit-" />
                <TickField name="admin_down" label=tr!(networks.switch_off) help=tr!(routers.switch_off_help).to_owned() checked=down />
                <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
