//! A router's way out.

use leptos::prelude::*;

use super::list::addresses;
use crate::dashboard::api::routers::{ClearGateway, SetGateway};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::networks::NetworkLink;
use crate::model::network::Network;
use crate::model::router::{ExternalGateway, Router};

/// What the way out is, and the button that takes it away.
#[component]
pub fn Gateway(
    router: Router,
    networks: StoredValue<Vec<Network>>,
    action: ServerAction<ClearGateway>,
    why_not: Option<String>,
) -> impl IntoView {
    let body = match router.gateway {
        None => view! { <p class="quiet">{tr!(routers.no_gateway_text)}</p> }.into_any(),
        Some(ExternalGateway { network_id, enable_snat, fixed_ips, .. }) => {
            let outer = addresses(&fixed_ips);
            let snat = if enable_snat { tr!(routers.snat_on) } else { tr!(routers.snat_off) };
            view! {
                <Properties>
                    <Property label=tr!(routers.external_network)><NetworkLink networks id=network_id /></Property>
                    <Property label=tr!(routers.outer_address) copy=outer.clone()><code>{outer}</code></Property>
                    <Property label=tr!(routers.snat)>{snat}</Property>
                </Properties>
                <Confirm
                    id="clear-gateway"
                    label=tr!(routers.clear_gateway)
                    look=Look::Plain
                    icon=Picture::Delete
                    why_not
                    title=tr!(routers.clear_gateway_of, name = router.name)
                    done=action.version()
                >
                    <p>{tr!(routers.clear_gateway_text)}</p>
                    <ActionForm action>
                        <input type="hidden" name="id" value=router.id.to_string() />
                        <Submit label=tr!(routers.clear_gateway) look=Look::Danger />
                        <AsCommand />
                    </ActionForm>
                </Confirm>
            }
            .into_any()
        }
    };
    view! { <h2>{tr!(routers.gateway)}</h2>{body} }
}

/// The form that sets or changes it.
#[component]
pub fn GatewayForm(
    router: Router,
    external: Vec<(String, String)>,
    is_admin: bool,
    action: ServerAction<SetGateway>,
    why_not: Option<String>,
) -> impl IntoView {
    let refused = refused(action);
    let id = StoredValue::new(router.id.to_string());
    let chosen = router.gateway.as_ref().map(|gateway| gateway.network_id.to_string()).unwrap_or_default();
    let no_snat = router.gateway.as_ref().is_some_and(|gateway| !gateway.enable_snat);
    let label = if router.gateway.is_some() { tr!(routers.change_gateway) } else { tr!(routers.set_gateway) };
    let given = StoredValue::new((external, chosen));
    view! {
        <Disclosure label icon=Picture::External refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <input type="hidden" name="id" value=id.get_value() />
                <GatewayFields
                    external=given.with_value(|(external, _)| external.clone())
                    chosen=given.with_value(|(_, chosen)| chosen.clone())
                    no_snat
                    is_admin
                    refused
                />
                <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}

/// Which external network; with which address, administrators may choose. Where there is none, who makes one.
#[component]
pub fn GatewayFields(
    external: Vec<(String, String)>,
    /// The network that is chosen already.
    #[prop(optional, into)]
    chosen: String,
    #[prop(optional)] no_snat: bool,
    is_admin: bool,
    refused: Refused,
    /// Offers no way out, too.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    if external.is_empty() {
        return view! { <p class="card info">{tr!(routers.no_external)}</p> }.into_any();
    }
    let none = optional.then(|| (String::new(), tr!(routers.no_gateway).to_owned()));
    let options = none.into_iter().chain(external).collect::<Vec<_>>();
    view! {
        <div class="fields">
            <SelectField name="external_network" label=tr!(routers.external_network) options value=chosen help=tr!(routers.external_network_help).to_owned() refused />
            {is_admin.then(|| view! {
                <TextField name="outer_address" label=tr!(routers.outer_address) optional=true mono=true help=tr!(networks.address_help).to_owned() refused />
            })}
        </div>
        {is_admin.then(|| view! { <TickField name="no_snat" label=tr!(routers.no_snat) help=tr!(routers.no_snat_help).to_owned() checked=no_snat /> })}
    }
    .into_any()
}
