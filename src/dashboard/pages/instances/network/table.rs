//! An instance's NICs.

use leptos::prelude::*;

use super::{Actions, May};
use crate::dashboard::api::interfaces::{Detach, Interfaces, page};
use crate::dashboard::api::ports::title;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::floating_ips::Disassociate;
use crate::dashboard::pages::networks::NetworkLink;
use crate::dashboard::pages::ports::PortState;
use crate::model::InstanceId;
use crate::model::network::{Network, Port};
use crate::model::router::FloatingIp;

/// The table, in the guest's order.
#[component]
pub fn Nics(known: Interfaces, actions: Actions, may: May) -> impl IntoView {
    if known.ports.is_empty() {
        return view! { <p class="quiet">{tr!(instances.no_nics)}</p> }.into_any();
    }
    let columns = vec![
        Column::new("#").number(),
        Column::new(tr!(instances.addresses)),
        Column::new(tr!(routers.network)),
        Column::new(tr!(networks.mac)),
        Column::new(tr!(instances.security_groups)),
        Column::new(tr!(floating_ips.title)),
        Column::new(tr!(common.status)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let May { id, no_detach, no_write, .. } = may;
    let Interfaces { ports, networks, groups, floating_ips, .. } = known;
    let networks = StoredValue::new(networks);
    let rows = ports.into_iter().enumerate().map(|(index, port)| {
        let names = groups.iter().filter(|group| port.security_groups.contains(&group.id)).map(|group| {
            view! { <li><a href=format!("/security-groups/{}", group.id)>{group.name.clone()}</a></li> }
        });
        let names = names.collect_view();
        let lead_here = |floating: &&FloatingIp| floating.target.as_ref().is_some_and(|to| to.port_id == port.id);
        let floating = floating_ips.iter().filter(lead_here).cloned().collect::<Vec<_>>();
        let (id, no_detach, no_write) = (id.clone(), no_detach.clone(), no_write.clone());
        view! {
            <tr>
                <td class="number">{index + 1}</td>
                <th scope="row"><a href=format!("/networks/ports/{}", port.id)><code>{title(&port)}</code></a></th>
                <td><Place port=port.clone() networks /></td>
                <td><code>{port.mac.clone()}</code></td>
                <td><ul>{names}</ul></td>
                <td><FloatingIps id=id.clone() floating actions no_write /></td>
                <td><PortState port=port.clone() /></td>
                <td class="actions"><DetachButton id port action=actions.detach why_not=no_detach /></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! { <Table caption=tr!(instances.nics) columns>{rows}</Table> }.into_any()
}

#[component]
fn Place(port: Port, networks: StoredValue<Vec<Network>>) -> impl IntoView {
    view! { <NetworkLink networks id=port.network_id /> }
}

/// The floating IPs that lead to the port, each with the button that ends that.
#[component]
fn FloatingIps(id: InstanceId, floating: Vec<FloatingIp>, actions: Actions, no_write: Option<String>) -> impl IntoView {
    let lines = floating.into_iter().map(|floating| {
        let (href, address) = (format!("/floating-ips/{}", floating.id), floating.address.to_string());
        view! {
            <li class="buttons">
                <a href=href><code>{address}</code></a>
                <Disassociate floating action=actions.disassociate why_not=no_write.clone() look=Look::Quiet next=page(&id) />
            </li>
        }
    });
    view! { <ul>{lines.collect_view()}</ul> }
}

#[component]
fn DetachButton(id: InstanceId, port: Port, action: ServerAction<Detach>, why_not: Option<String>) -> impl IntoView {
    let title = title(&port);
    view! {
        <Confirm
            id=format!("detach-{}", port.id)
            label=tr!(instances.detach)
            look=Look::Quiet
            why_not
            title=tr!(instances.detach_named, name = title.clone())
            done=action.version()
        >
            <p>{tr!(instances.detach_text)}</p>
            <ActionForm action>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="port" value=port.id.to_string() />
                <input type="hidden" name="name" value=title />
                <Submit label=tr!(instances.detach) look=Look::Danger busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}
