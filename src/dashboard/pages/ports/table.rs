//! The ports of a network: who has which address, behind which tap.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::device::{Device, PortState, why_not_delete};
use crate::dashboard::api::ports::{DeletePort, title};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::InstanceId;
use crate::model::identity::Me;
use crate::model::network::{Network, Port};

/// The table.
#[component]
pub fn Ports(
    network: Network,
    ports: Vec<Port>,
    instances: BTreeMap<InstanceId, String>,
    me: Me,
    action: ServerAction<DeletePort>,
) -> impl IntoView {
    let body = if ports.is_empty() {
        view! { <p class="quiet">{tr!(networks.no_ports)}</p> }.into_any()
    } else {
        let columns = vec![
            Column::new(tr!(networks.address)),
            Column::new(tr!(networks.mac)),
            Column::new(tr!(networks.device)),
            Column::new(tr!(common.status)),
            Column::new(tr!(networks.tap)),
            Column::new(tr!(common.actions)).actions(),
        ];
        let instances = StoredValue::new(instances);
        let rows = ports.into_iter().map(|port| view! { <Row port instances me=me.clone() action /> }).collect_view();
        view! { <Table caption=tr!(networks.ports_of, network = network.name) columns>{rows}</Table> }.into_any()
    };
    view! { <h2>{tr!(networks.ports)}</h2>{body} }
}

#[component]
fn Row(
    port: Port,
    instances: StoredValue<BTreeMap<InstanceId, String>>,
    me: Me,
    action: ServerAction<DeletePort>,
) -> impl IntoView {
    let (title, tap) = (title(&port), port.tap_name());
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/networks/ports/{}", port.id)><code>{title}</code></a>
                {(!port.name.is_empty()).then(|| view! { <p class="quiet">{port.name.clone()}</p> })}
            </th>
            <td><code>{port.mac.clone()}</code></td>
            <td><Device port=port.clone() instances /></td>
            <td><PortState port=port.clone() /></td>
            <td><code>{tap}</code></td>
            <td class="actions"><DeletePortButton port me action look=Look::Quiet /></td>
        </tr>
    }
}

/// The button and its question; what belongs to an instance or service says so.
#[component]
pub fn DeletePortButton(
    port: Port,
    me: Me,
    action: ServerAction<DeletePort>,
    #[prop(default = Look::Danger)] look: Look,
) -> impl IntoView {
    let why_not = why_not_delete(&port, &me);
    let title = title(&port);
    let Port { id, network_id, .. } = port;
    view! {
        <Confirm
            id=format!("delete-{id}")
            label=tr!(common.delete)
            look
            icon=Picture::Delete
            why_not
            title=tr!(common.delete_named, name = title.clone())
            done=action.version()
        >
            <p>{tr!(networks.delete_port_text)}</p>
            <ActionForm action>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="network" value=network_id.to_string() />
                <input type="hidden" name="name" value=title />
                <Submit label=tr!(common.delete) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}
