//! The fields of a subnet: for a new network, for one more subnet, and for one that is there.

use leptos::prelude::*;

use crate::dashboard::api::subnets::SubnetForm;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;

/// What the fields hold at first.
pub fn typed(subnet: &crate::model::network::Subnet) -> SubnetForm {
    let lines = |lines: Vec<String>| lines.join("\n");
    SubnetForm {
        subnet_name: subnet.name.clone(),
        cidr: subnet.cidr.to_string(),
        gateway_ip: subnet.gateway_ip.map(|ip| ip.to_string()).unwrap_or_default(),
        no_gateway: subnet.gateway_ip.is_none(),
        no_dhcp: !subnet.enable_dhcp,
        allocation_pools: lines(
            subnet.allocation_pools.iter().map(|pool| format!("{}-{}", pool.start, pool.end)).collect(),
        ),
        dns_nameservers: subnet.dns_nameservers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        host_routes: lines(
            subnet.host_routes.iter().map(|route| format!("{} {}", route.destination, route.nexthop)).collect(),
        ),
    }
}

/// Everything of a subnet; the address range only where it can still be chosen.
#[component]
pub fn SubnetFields(
    refused: Refused,
    #[prop(optional)] value: SubnetForm,
    /// The range is settled.
    #[prop(optional)]
    settled: bool,
) -> impl IntoView {
    let gateway_help = if settled { None } else { Some(tr!(networks.gateway_help).to_owned()) };
    view! {
        <div class="fields">
            {(!settled).then(|| view! {
                <TextField name="cidr" label=tr!(networks.cidr) value=value.cidr mono=true placeholder="10.10.0.0/24" help=tr!(networks.cidr_help).to_owned() refused />
            })}
            <TextField name="subnet_name" label=tr!(networks.subnet_name) value=value.subnet_name optional=true refused />
            <TextField name="gateway_ip" label=tr!(networks.gateway) value=value.gateway_ip optional=true mono=true help=gateway_help refused />
            <TextField name="dns_nameservers" label=tr!(networks.dns) value=value.dns_nameservers optional=true mono=true placeholder="9.9.9.9, 1.1.1.1" refused />
        </div>
        <TickField name="no_gateway" label=tr!(networks.no_gateway) checked=value.no_gateway />
        <TickField name="no_dhcp" label=tr!(networks.no_dhcp) help=tr!(networks.no_dhcp_help).to_owned() checked=value.no_dhcp />
        <div class="fields">
            <TextAreaField
                name="allocation_pools"
                label=tr!(networks.pools)
                value=value.allocation_pools
                rows=2
                mono=true
                optional=true
                placeholder="10.10.0.10-10.10.0.99"
                help=tr!(networks.pools_help).to_owned()
                refused
            />
            <TextAreaField
                name="host_routes"
                label=tr!(networks.host_routes)
                value=value.host_routes
                rows=2
                mono=true
                optional=true
                placeholder="10.50.0.0/24 10.10.0.9"
                help=tr!(networks.host_routes_help).to_owned()
                refused
            />
        </div>
    }
}
