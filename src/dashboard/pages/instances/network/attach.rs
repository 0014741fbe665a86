//! One more NIC: on a network, or with a port that was made beforehand.

use leptos::prelude::*;

use super::{Loaded, May};
use crate::dashboard::api::interfaces::{Attach as AttachCall, Interfaces, PORT};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::ports::free_port_label;
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::network::Network;

/// The form behind its button.
#[component]
pub fn Attach(may: Memo<Option<May>>, loaded: Loaded, action: ServerAction<AttachCall>) -> impl IntoView {
    let refused = refused(action);
    // News that change none of the choices leave what is typed alone.
    let session = use_session();
    let known = Memo::new(move |_| {
        let (may, places) = (may.get()?, places(&loaded.get()??.ok()?, &session.me.get()?.ok()?));
        Some((may.id, may.no_attach, places))
    });
    move || {
        known.get().map(|(id, why_not, (options, off))| {
            let given = StoredValue::new((id.to_string(), options, off));
            view! {
                <Disclosure label=tr!(instances.attach) refused done=successes(action) why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <p class="help">{tr!(instances.attach_help)}</p>
                        <input type="hidden" name="id" value=given.with_value(|(id, ..)| id.clone()) />
                        <div class="fields">
                            <SelectField
                                name="place"
                                label=tr!(instances.place)
                                options=given.with_value(|(_, options, _)| options.clone())
                                off=given.with_value(|(.., off)| off.clone())
                                refused
                            />
                            <TextField name="fixed_ip" label=tr!(networks.address) optional=true mono=true help=tr!(networks.address_help).to_owned() refused />
                        </div>
                        <Submit label=tr!(instances.attach) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}

/// Networks first, then free ports; a network without a subnet stays in the list and says why not.
fn places(known: &Interfaces, me: &Me) -> (Vec<(String, String)>, Vec<String>) {
    let mut off = Vec::new();
    let mut options = Vec::new();
    let usable = |network: &&Network| me.is_admin || network.takes_instances_of(&me.project.id);
    for network in known.networks.iter().filter(usable) {
        if network.subnets.is_empty() {
            off.push(format!("{} ({})", network.name, tr!(networks.no_subnet)));
        } else {
            let ranges = network.subnets.iter().map(|subnet| subnet.cidr.to_string()).collect::<Vec<_>>().join(", ");
            options.push((network.id.to_string(), format!("{} · {ranges}", network.name)));
        }
    }
    let ports = known.free.iter().map(|port| (format!("{PORT}{}", port.id), free_port_label(port, &known.networks)));
    options.extend(ports);
    (options, off)
}
