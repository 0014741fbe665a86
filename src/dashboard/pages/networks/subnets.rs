//! The subnets of a network.

use leptos::prelude::*;

use super::list::why_not_change;
use super::subnet_fields::SubnetFields;
use crate::dashboard::api::subnets::{CreateSubnet, DeleteSubnet};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::identity::Me;
use crate::model::network::{Network, Subnet};

/// The table, with how many addresses are taken.
#[component]
pub fn Subnets(network: Network, me: Me, action: ServerAction<DeleteSubnet>) -> impl IntoView {
    let why_not = why_not_change(&network, &me);
    let body = if network.subnets.is_empty() {
        view! { <p class="card warning">{tr!(networks.no_subnet_text)}</p> }.into_any()
    } else {
        let columns = vec![
            Column::new(tr!(networks.cidr)),
            Column::new(tr!(common.name)),
            Column::new(tr!(networks.gateway)),
            Column::new(tr!(networks.pools)),
            Column::new(tr!(networks.dhcp)),
            Column::new(tr!(networks.used)),
            Column::new(tr!(common.actions)).actions(),
        ];
        let rows = network.subnets.into_iter().map(|subnet| view! { <Row subnet action why_not=why_not.clone() /> });
        let rows = rows.collect_view();
        view! { <Table caption=tr!(networks.subnets) columns>{rows}</Table> }.into_any()
    };
    view! { <h2>{tr!(networks.subnets)}</h2>{body} }
}

#[component]
fn Row(subnet: Subnet, action: ServerAction<DeleteSubnet>, why_not: Option<String>) -> impl IntoView {
    let capacity = subnet.capacity();
    let pools = subnet.allocation_pools.iter().map(|pool| format!("{}–{}", pool.start, pool.end));
    let pools = pools.collect::<Vec<_>>().join(", ");
    let gateway = subnet.gateway_ip.map_or_else(|| tr!(common.none).to_owned(), |ip| ip.to_string());
    let Subnet { id, network_id, name, cidr, enable_dhcp, used, .. } = subnet;
    view! {
        <tr>
            <th scope="row"><a href=format!("/networks/subnets/{id}")><code>{cidr.to_string()}</code></a></th>
            <td>{name}</td>
            <td><code>{gateway}</code></td>
            <td><code>{pools}</code></td>
            <td>{if enable_dhcp { tr!(common.yes) } else { tr!(common.no) }}</td>
            <td class="meters"><Meter label=tr!(networks.addresses) used limit=capacity /></td>
            <td class="actions">
                <DeleteSubnetButton id=id.to_string() network=network_id.to_string() range=cidr.to_string() action why_not look=Look::Quiet />
            </td>
        </tr>
    }
}

/// The button and its question.
#[component]
pub fn DeleteSubnetButton(
    id: String,
    network: String,
    range: String,
    action: ServerAction<DeleteSubnet>,
    why_not: Option<String>,
    #[prop(default = Look::Danger)] look: Look,
) -> impl IntoView {
    view! {
        <Confirm
            id=format!("delete-{id}")
            label=tr!(common.delete)
            look
            icon=Picture::Delete
            why_not
            title=tr!(common.delete_named, name = range.clone())
            done=action.version()
        >
            <p>{tr!(networks.delete_subnet_text)}</p>
            <ActionForm action>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="network" value=network />
                <input type="hidden" name="name" value=range />
                <Submit label=tr!(common.delete) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}

/// The form for one more.
#[component]
pub fn AddSubnet(network: String, action: ServerAction<CreateSubnet>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let network = StoredValue::new(network);
    view! {
        <Disclosure label=tr!(networks.add_subnet) refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <input type="hidden" name="network" value=network.get_value() />
                <SubnetFields refused />
                <Submit label=tr!(networks.add_subnet) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
