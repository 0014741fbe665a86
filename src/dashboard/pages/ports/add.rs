//! The form for a port of its own.

use leptos::prelude::*;

use super::fields::{GroupChoice, PortFields};
use crate::dashboard::api::ports::CreatePort;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;

/// Name and address; the rarer things below.
#[component]
pub fn AddPort(
    network: String,
    groups: Vec<GroupChoice>,
    action: ServerAction<CreatePort>,
    why_not: Option<String>,
) -> impl IntoView {
    let refused = refused(action);
    let given = StoredValue::new((network, groups));
    view! {
        <Disclosure label=tr!(networks.add_port) refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <p class="help">{tr!(networks.add_port_help)}</p>
                <input type="hidden" name="network" value=given.with_value(|(network, _)| network.clone()) />
                <input type="hidden" name="choose_groups" value="true" />
                <div class="fields">
                    <TextField name="port_name" label=tr!(common.name) optional=true refused />
                    <TextField name="fixed_ip" label=tr!(networks.address) optional=true mono=true help=tr!(networks.address_help).to_owned() refused />
                    <TextField name="mac" label=tr!(networks.mac) optional=true mono=true placeholder="fa:16:3e:00:00:01" help=tr!(ports.mac_help).to_owned() refused />
                    <TextField name="description" label=tr!(common.description) optional=true refused />
                </div>
                <PortFields groups=given.with_value(|(_, groups)| groups.clone()) refused />
                <Submit label=tr!(networks.add_port) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
