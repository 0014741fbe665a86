//! Taking an address of an external network, and where it is to lead at once.

use leptos::prelude::*;

use super::targets::choices as target_choices;
use crate::dashboard::api::floating_ips::{Allocate as AllocateCall, FloatingChoices};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::networks::external_choices;
use crate::dashboard::session::use_session;
use crate::model::Result;

/// The form behind its button; without an external network it says who makes one.
#[component]
pub fn Allocate(choices: Resource<Result<FloatingChoices>>, action: ServerAction<AllocateCall>) -> impl IntoView {
    let session = use_session();
    let refused = refused(action);
    // News that change none of the choices leave what is typed alone.
    let known = Memo::new(move |_| {
        let is_admin = session.me.get()?.ok()?.is_admin;
        Some((choices.get()?.ok()?, is_admin, session.no_write()))
    });
    move || {
        known.get().map(|(choices, is_admin, no_write)| {
            let external = external_choices(&choices.external);
            let why_not = no_write.or_else(|| external.is_empty().then(|| tr!(routers.no_external).to_owned()));
            let targets = target_choices(&choices.targets, None);
            let later = (String::new(), tr!(floating_ips.nowhere_yet).to_owned());
            let options = std::iter::once(later).chain(targets.options).collect::<Vec<_>>();
            let given = StoredValue::new((external, options, targets.off));
            view! {
                <Disclosure label=tr!(floating_ips.allocate) refused done=successes(action) why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <div class="fields">
                            <SelectField name="network" label=tr!(routers.external_network) options=given.with_value(|(external, ..)| external.clone()) refused />
                            {is_admin.then(|| view! {
                                <TextField name="address" label=tr!(networks.address) optional=true mono=true help=tr!(networks.address_help).to_owned() refused />
                            })}
                            <SelectField name="target" label=tr!(floating_ips.leads_to) options=given.with_value(|(_, options, _)| options.clone()) off=given.with_value(|(.., off)| off.clone()) refused />
                            <TextField name="description" label=tr!(common.description) optional=true refused />
                        </div>
                        <Submit label=tr!(floating_ips.allocate) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}
