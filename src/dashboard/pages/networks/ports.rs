//! The ports of a network: who has which address, behind which tap.

use leptos::prelude::*;

use crate::dashboard::api::ports::{CreatePort, DeletePort};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::identity::Me;
use crate::model::network::{Network, Port};

/// The table.
#[component]
pub fn Ports(network: Network, ports: Vec<Port>, me: Me, action: ServerAction<DeletePort>) -> impl IntoView {
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
        let rows = ports.into_iter().map(|port| view! { <Row port me=me.clone() action /> }).collect_view();
        view! { <Table caption=tr!(networks.ports_of, network = network.name) columns>{rows}</Table> }.into_any()
    };
    view! { <h2>{tr!(networks.ports)}</h2>{body} }
}

#[component]
fn Row(port: Port, me: Me, action: ServerAction<DeletePort>) -> impl IntoView {
    let tap = port.tap_name();
    let why_not = why_not_delete(&port, &me);
    let addresses = port.fixed_ips.iter().map(|fixed| fixed.ip.to_string()).collect::<Vec<_>>().join(", ");
    let device = device(&port);
    let Port { id, network_id, name, mac, status, .. } = port;
    let title = if addresses.is_empty() { mac.clone() } else { addresses.clone() };
    view! {
        <tr>
            <th scope="row">
                <code>{addresses}</code>
                {(!name.is_empty()).then(|| view! { <p class="quiet">{name}</p> })}
            </th>
            <td><code>{mac}</code></td>
            <td>{device}</td>
            <td><PortState status /></td>
            <td><code>{tap}</code></td>
            <td class="actions">
                <Confirm
                    id=format!("delete-{id}")
                    label=tr!(common.delete)
                    look=Look::Quiet
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
                    </ActionForm>
                </Confirm>
            </td>
        </tr>
    }
}

/// What the port belongs to, as a link where it is an instance.
fn device(port: &Port) -> AnyView {
    match port.device_owner.as_str() {
        owner if owner.starts_with("compute:") => {
            let id = port.device_id.clone();
            view! { <a href=format!("/instances/{id}")><code>{id.get(..8).unwrap_or(&id).to_owned()}</code></a> }
                .into_any()
        }
        "network:dhcp" => tr!(networks.dhcp_port).into_any(),
        "" => tr!(common.none).into_any(),
        other => other.to_owned().into_any(),
    }
}

fn why_not_delete(port: &Port, me: &Me) -> Option<String> {
    let free = port.device_owner.is_empty();
    match (me.can_write, me.is_admin || port.project_id == me.project.id, free) {
        (false, ..) => Some(tr!(common.needs_member).to_owned()),
        (_, false, _) => Some(tr!(networks.not_yours).to_owned()),
        (.., false) => Some(tr!(networks.port_in_use).to_owned()),
        _ => None,
    }
}

#[component]
fn PortState(status: String) -> impl IntoView {
    let (tone, label) = match status.as_str() {
        "ACTIVE" => (Tone::Positive, tr!(networks.port_active)),
        "BUILD" => (Tone::Info, tr!(networks.port_build)),
        _ => (Tone::Neutral, tr!(networks.port_down)),
    };
    view! { <Badge tone label /> }
}

/// The form for a port of its own.
#[component]
pub fn AddPort(network: String, action: ServerAction<CreatePort>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let network = StoredValue::new(network);
    view! {
        <Disclosure label=tr!(networks.add_port) refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <p class="help">{tr!(networks.add_port_help)}</p>
                <input type="hidden" name="network" value=network.get_value() />
                <TextField name="port_name" label=tr!(common.name) optional=true refused />
                <TextField name="fixed_ip" label=tr!(networks.address) optional=true mono=true help=tr!(networks.address_help).to_owned() refused />
                <Submit label=tr!(networks.add_port) look=Look::Primary busy=action.pending() />
            </ActionForm>
        </Disclosure>
    }
}
