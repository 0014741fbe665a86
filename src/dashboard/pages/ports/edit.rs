//! Changing a port.

use leptos::prelude::*;

use super::fields::{GroupChoice, PortFields};
use crate::dashboard::api::ports::UpdatePort;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::network::{AddressPair, Port};

/// The form behind its button.
#[component]
pub fn Edit(
    port: Port,
    groups: Vec<GroupChoice>,
    action: ServerAction<UpdatePort>,
    why_not: Option<String>,
) -> impl IntoView {
    let refused = refused(action);
    let (down, no_port_security) = (!port.admin_state_up, !port.port_security);
    let pairs = port.allowed_address_pairs.iter().map(pair_text).collect::<Vec<_>>().join("\n");
    let given = StoredValue::new((port, groups, pairs));
    let of = move |part: fn(&Port) -> String| given.with_value(|(port, ..)| part(port));
    view! {
        <Disclosure label=tr!(ports.edit) icon=Picture::Edit refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <input type="hidden" name="id" value=of(|port| port.id.to_string()) />
                <div class="fields">
                    <TextField name="port_name" label=tr!(common.name) value=of(|port| port.name.clone()) optional=true refused />
                    <TextField name="description" label=tr!(common.description) value=of(|port| port.description.clone()) optional=true refused />
                </div>
                <PortFields
                    groups=given.with_value(|(_, groups, _)| groups.clone())
                    pairs=given.with_value(|(.., pairs)| pairs.clone())
                    down
                    no_port_security
                    refused
                />
                <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}

/// A further address as it is typed: "10.0.0.9", or with a MAC address of its own behind.
pub fn pair_text(pair: &AddressPair) -> String {
    let AddressPair { ip, mac } = pair;
    let whole = ip.prefix_len() == ip.max_prefix_len();
    let ip = if whole { ip.addr().to_string() } else { ip.to_string() };
    mac.as_ref().map_or(ip.clone(), |mac| format!("{ip} {mac}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_reads_as_it_is_typed() {
        let pair = |ip: &str, mac: Option<&str>| {
            pair_text(&AddressPair { ip: ip.parse().unwrap(), mac: mac.map(str::to_owned) })
        };
        assert_eq!(pair("10.0.0.9/32", None), "10.0.0.9");
        assert_eq!(pair("10.0.0.0/28", Some("fa:16:3e:00:00:01")), "10.0.0.0/28 fa:16:3e:00:00:01");
    }
}
