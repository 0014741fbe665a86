//! The form that makes a network and its first subnet in one go.

use leptos::prelude::*;

use super::subnet_fields::SubnetFields;
use super::switches::Switches;
use crate::dashboard::api::networks::{CreateNetwork, physical_networks};
use crate::dashboard::api::subnets::SubnetForm;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::session::use_session;

/// The form behind its button; administrators choose a segment as well.
#[component]
pub fn NewNetwork(action: ServerAction<CreateNetwork>) -> impl IntoView {
    let session = use_session();
    let refused = refused(action);
    let is_admin = move || session.me.get().and_then(Result::ok).is_some_and(|me| me.is_admin);
    let physical = Resource::new(
        || (),
        move |()| async move {
            let is_admin = session.me.await.is_ok_and(|me| me.is_admin);
            if is_admin { physical_networks().await.unwrap_or_default().into_iter().collect() } else { Vec::new() }
        },
    );
    let first = || SubnetForm { cidr: "10.10.0.0/24".to_owned(), ..SubnetForm::default() };
    let known = Memo::new(move |_| Some((physical.get()?, is_admin(), session.no_write())));
    move || {
        known.get().map(|(physical, is_admin, why_not)| {
            let physical = StoredValue::new(physical);
            view! {
            <Disclosure label=tr!(networks.create) refused done=successes(action) why_not>
                <ActionForm action>
                    <ErrorSummary refused />
                    <div class="fields">
                        <TextField name="name" label=tr!(common.name) required=true placeholder="private" refused />
                        <TextField name="description" label=tr!(common.description) optional=true refused />
                        <TextField name="mtu" label=tr!(networks.mtu) kind="number" optional=true placeholder="1500" refused />
                    </div>
                    <Switches is_admin />
                    {is_admin.then(|| view! { <Segment physical=physical.get_value() refused /> })}
                    <fieldset>
                        <legend>{tr!(networks.first_subnet)}</legend>
                        <p class="help">{tr!(networks.first_subnet_help)}</p>
                        <SubnetFields refused value=first() />
                    </fieldset>
                    <Submit label=tr!(networks.create) look=Look::Primary busy=action.pending() />
                    <AsCommand />
                </ActionForm>
            </Disclosure>
        }})
    }
}

/// Which segment the network is to be. The physical networks are those that hosts report.
#[component]
fn Segment(physical: Vec<String>, refused: Refused) -> impl IntoView {
    let kinds = [
        ("", tr!(networks.segment_usual)),
        ("local", tr!(networks.segment_local)),
        ("flat", tr!(networks.segment_flat)),
        ("vlan", tr!(networks.segment_vlan)),
    ];
    let kinds = kinds.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    let none = if physical.is_empty() { tr!(networks.no_physical) } else { tr!(common.none) };
    let none = (String::new(), none.to_owned());
    let physical = std::iter::once(none).chain(physical.into_iter().map(|name| (name.clone(), name)));
    let physical = physical.collect::<Vec<_>>();
    view! {
        <fieldset>
            <legend>{tr!(networks.segment)}</legend>
            <p class="help">{tr!(networks.segment_help)}</p>
            <div class="fields">
                <SelectField name="provider_type" label=tr!(networks.segment_type) options=kinds refused />
                <SelectField name="physical_network" label=tr!(networks.physical_network) options=physical refused />
                <TextField name="segmentation_id" label=tr!(networks.segmentation_id) kind="number" min=1 max=4094 optional=true refused />
            </div>
        </fieldset>
    }
}
