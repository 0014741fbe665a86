//! Changing a network.

use leptos::prelude::*;

use super::switches::Switches;
use crate::dashboard::api::networks::UpdateNetwork;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::network::Network;

/// The form behind its button.
#[component]
pub fn Edit(
    network: Network,
    is_admin: bool,
    action: ServerAction<UpdateNetwork>,
    why_not: Option<String>,
) -> impl IntoView {
    let refused = refused(action);
    let Network { shared, external, port_security, admin_state_up, .. } = network;
    let network = StoredValue::new(network);
    let of = move |part: fn(&Network) -> String| network.with_value(part);
    view! {
        <Disclosure label=tr!(networks.edit) icon=Picture::Edit refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused scope="edit-" />
                <input type="hidden" name="id" value=of(|network| network.id.to_string()) />
                <TextField name="name" label=tr!(common.name) value=of(|network| network.name.clone()) required=true refused scope="edit-" />
                <TextField name="description" label=tr!(common.description) value=of(|network| network.description.clone()) optional=true refused scope="edit-" />
                <Switches is_admin shared external no_port_security=!port_security down=!admin_state_up />
                <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
