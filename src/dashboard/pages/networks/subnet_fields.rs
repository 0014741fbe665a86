//! The fields of a subnet, for a new network and for one more subnet.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;

/// Address range, gateway, DHCP; rarer things folded away.
#[component]
pub fn SubnetFields(refused: Refused, #[prop(optional)] value: &'static str) -> impl IntoView {
    view! {
        <div class="fields">
            <TextField name="cidr" label=tr!(networks.cidr) value mono=true placeholder="10.10.0.0/24" help=tr!(networks.cidr_help).to_owned() refused />
            <TextField name="subnet_name" label=tr!(networks.subnet_name) optional=true refused />
            <TextField name="gateway_ip" label=tr!(networks.gateway) optional=true mono=true help=tr!(networks.gateway_help).to_owned() refused />
            <TextField name="dns_nameservers" label=tr!(networks.dns) optional=true mono=true placeholder="9.9.9.9, 1.1.1.1" refused />
        </div>
        <TickField name="no_gateway" label=tr!(networks.no_gateway) />
        <TickField name="no_dhcp" label=tr!(networks.no_dhcp) help=tr!(networks.no_dhcp_help).to_owned() />
        <TextAreaField
            name="allocation_pools"
            label=tr!(networks.pools)
            rows=2
            mono=true
            optional=true
            placeholder="10.10.0.10-10.10.0.99"
            help=tr!(networks.pools_help).to_owned()
            refused
        />
    }
}
