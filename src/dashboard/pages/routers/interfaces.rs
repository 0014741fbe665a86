//! The subnets that a router joins.

use leptos::prelude::*;

use crate::dashboard::api::router_interfaces::{AddInterface, RemoveInterface};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::networks::{NetworkLink, subnet_of};
use crate::model::network::Network;
use crate::model::router::{Router, RouterInterface};

/// The table.
#[component]
pub fn Interfaces(
    router: Router,
    networks: StoredValue<Vec<Network>>,
    action: ServerAction<RemoveInterface>,
    why_not: Option<String>,
) -> impl IntoView {
    let body = if router.interfaces.is_empty() {
        view! { <p class="quiet">{tr!(routers.no_interfaces)}</p> }.into_any()
    } else {
        let columns = vec![
            Column::new(tr!(networks.address)),
            Column::new(tr!(routers.network)),
            Column::new(tr!(routers.subnet)),
            Column::new(tr!(common.actions)).actions(),
        ];
        let id = router.id.to_string();
        let rows = router.interfaces.into_iter().map(|interface| {
            view! { <Row interface router=id.clone() networks action why_not=why_not.clone() /> }
        });
        let rows = rows.collect_view();
        view! { <Table caption=tr!(routers.interfaces) columns>{rows}</Table> }.into_any()
    };
    view! { <h2>{tr!(routers.interfaces)}</h2>{body} }
}

#[component]
fn Row(
    interface: RouterInterface,
    router: String,
    networks: StoredValue<Vec<Network>>,
    action: ServerAction<RemoveInterface>,
    why_not: Option<String>,
) -> impl IntoView {
    let RouterInterface { port_id, network_id, subnet_id, ip } = interface;
    let range = networks.with_value(|networks| subnet_of(networks, &subnet_id)).map(|subnet| subnet.cidr.to_string());
    view! {
        <tr>
            <th scope="row"><a href=format!("/networks/ports/{port_id}")><code>{ip.to_string()}</code></a></th>
            <td><NetworkLink networks id=network_id /></td>
            <td><code>{range}</code></td>
            <td class="actions">
                <Confirm
                    id=format!("remove-{port_id}")
                    label=tr!(routers.remove)
                    look=Look::Quiet
                    icon=Picture::Delete
                    why_not
                    title=tr!(routers.remove_named, name = ip.to_string())
                    done=action.version()
                >
                    <p>{tr!(routers.remove_interface_text)}</p>
                    <ActionForm action>
                        <input type="hidden" name="id" value=router />
                        <input type="hidden" name="port" value=port_id.to_string() />
                        <Submit label=tr!(routers.remove) look=Look::Danger />
                        <AsCommand />
                    </ActionForm>
                </Confirm>
            </td>
        </tr>
    }
}

/// The form for one more; what cannot be joined stays in the list and says why.
#[component]
pub fn AddInterfaceForm(
    router: Router,
    networks: Vec<Network>,
    action: ServerAction<AddInterface>,
    why_not: Option<String>,
) -> impl IntoView {
    let refused = refused(action);
    let mut options = Vec::new();
    let mut off = Vec::new();
    // An external network that is not shared takes gateways and no interfaces; a shared one seldom needs any.
    let (outer, inner): (Vec<_>, Vec<_>) = networks.iter().partition(|network| network.external);
    for network in inner.into_iter().chain(outer.into_iter().filter(|network| network.shared)) {
        for subnet in &network.subnets {
            let label = format!("{} · {}", network.name, subnet.cidr);
            let joined = router.interfaces.iter().any(|interface| interface.subnet_id == subnet.id);
            if joined {
                off.push(tr!(routers.joined_already, subnet = label));
            } else {
                options.push((subnet.id.to_string(), label));
            }
        }
    }
    let why_not = why_not.or_else(|| options.is_empty().then(|| tr!(routers.no_subnets).to_owned()));
    let given = StoredValue::new((router.id.to_string(), options, off));
    view! {
        <Disclosure label=tr!(routers.add_interface) refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <input type="hidden" name="id" value=given.with_value(|(id, ..)| id.clone()) />
                <div class="fields">
                    <SelectField
                        name="subnet"
                        label=tr!(routers.subnet)
                        options=given.with_value(|(_, options, _)| options.clone())
                        off=given.with_value(|(.., off)| off.clone())
                        refused
                    />
                    <TextField name="fixed_ip" label=tr!(networks.address) optional=true mono=true help=tr!(routers.interface_address_help).to_owned() refused />
                </div>
                <Submit label=tr!(routers.add_interface) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
