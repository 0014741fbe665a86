//! Leading a floating IP to the instance: one the project has, or a new one.

use leptos::prelude::*;

use super::{Choices, Loaded, May};
use crate::dashboard::api::floating_ips::{Associate as AssociateCall, FloatingChoices, NEW, Target};
use crate::dashboard::api::interfaces::page;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::floating_ips::choices as target_choices;
use crate::dashboard::pages::networks::network_name;
use crate::model::router::FloatingIp;

/// The form behind its button; says why there is nothing to associate.
#[component]
pub fn Associate(
    may: Memo<Option<May>>,
    loaded: Loaded,
    choices: Choices,
    action: ServerAction<AssociateCall>,
) -> impl IntoView {
    let refused = refused(action);
    // News that change none of the choices leave what is chosen alone.
    let known = Memo::new(move |_| {
        let May { id, no_write, .. } = may.get()?;
        let FloatingChoices { external, targets } = choices.get()??.ok()?;
        let own = targets.into_iter().filter(|target| target.instance.as_ref() == Some(&id)).collect::<Vec<_>>();
        let floating = loaded.get()??.ok()?.floating_ips;
        let reachable = |network: &crate::model::NetworkId| own.iter().any(|target| target.reaches.contains(network));
        let free = floating.iter().filter(|floating| floating.target.is_none() && reachable(&floating.network_id));
        let label = |floating: &FloatingIp| {
            let network = network_name(&external, &floating.network_id);
            (floating.id.to_string(), format!("{} · {network}", floating.address))
        };
        let new = external.iter().filter(|network| reachable(&network.id)).map(|network| {
            (format!("{NEW}{}", network.id), tr!(floating_ips.new_from, network = network.name.clone()))
        });
        let addresses = free.map(label).chain(new).collect::<Vec<_>>();
        Some((page(&id), no_write, addresses, own))
    });
    move || {
        known.get().map(|(next, why_not, addresses, own)| {
            let targets = target_choices(&own, None);
            let why_not = why_not.or_else(|| nothing(&own, addresses.is_empty(), targets.options.is_empty()));
            let given = StoredValue::new((next, addresses, targets.options, targets.off));
            view! {
                <Disclosure label=tr!(floating_ips.associate_instance) icon=Picture::FloatingIp refused done=successes(action) why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <input type="hidden" name="next" value=given.with_value(|(next, ..)| next.clone()) />
                        <div class="fields">
                            <SelectField name="id" label=tr!(floating_ips.floating) options=given.with_value(|(_, addresses, ..)| addresses.clone()) refused />
                            <SelectField
                                name="target"
                                label=tr!(floating_ips.leads_to)
                                options=given.with_value(|(_, _, options, _)| options.clone())
                                off=given.with_value(|(.., off)| off.clone())
                                refused
                            />
                        </div>
                        <Submit label=tr!(floating_ips.associate) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}

/// Why no floating IP can lead here, if so.
fn nothing(own: &[Target], no_address: bool, no_target: bool) -> Option<String> {
    let joined = own.iter().any(|target| !target.reaches.is_empty());
    match (joined, no_target, no_address) {
        (false, ..) => Some(tr!(floating_ips.instance_apart).to_owned()),
        (_, true, _) => Some(tr!(floating_ips.instance_has_all).to_owned()),
        (.., true) => Some(tr!(routers.no_external).to_owned()),
        _ => None,
    }
}
