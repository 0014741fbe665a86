//! Networks and subnets by their names, where only the ids are known.

use leptos::prelude::*;

use crate::dashboard::components::{Badge, Tone};
use crate::dashboard::i18n::tr;
use crate::model::network::{Network, Subnet};
use crate::model::{NetworkId, SubnetId};

/// A network's name; the start of its id where it is not among those that one sees.
pub fn network_name(networks: &[Network], id: &NetworkId) -> String {
    let known = networks.iter().find(|network| network.id == *id);
    known.map_or_else(|| id.as_str().chars().take(8).collect(), |network| network.name.clone())
}

/// A link to a network by its name.
#[component]
pub fn NetworkLink(networks: StoredValue<Vec<Network>>, id: NetworkId) -> impl IntoView {
    let name = networks.with_value(|networks| network_name(networks, &id));
    view! { <a href=format!("/networks/{id}")>{name}</a> }
}

/// A subnet among the networks that one sees.
pub fn subnet_of(networks: &[Network], id: &SubnetId) -> Option<Subnet> {
    networks.iter().flat_map(|network| &network.subnets).find(|subnet| subnet.id == *id).cloned()
}

/// The external networks as choices of a form, each with its address ranges.
pub fn external_choices(networks: &[Network]) -> Vec<(String, String)> {
    let external = networks.iter().filter(|network| network.external);
    let choice = |network: &Network| {
        let ranges = network.subnets.iter().map(|subnet| subnet.cidr.to_string()).collect::<Vec<_>>().join(", ");
        let label = if ranges.is_empty() { network.name.clone() } else { format!("{} · {ranges}", network.name) };
        (network.id.to_string(), label)
    };
    external.map(choice).collect()
}

/// Whether something that can be switched off is on.
#[component]
pub fn AdminState(up: bool) -> impl IntoView {
    let (tone, label) = if up { (Tone::Positive, tr!(networks.up)) } else { (Tone::Neutral, tr!(networks.down)) };
    view! { <Badge tone label /> }
}
