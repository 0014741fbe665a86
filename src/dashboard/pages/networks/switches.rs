//! What is switched on or off at a network.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;

/// Admin state and port security; who else may use it, for administrators.
#[component]
pub fn Switches(
    is_admin: bool,
    #[prop(optional)] down: bool,
    #[prop(optional)] no_port_security: bool,
    #[prop(optional)] shared: bool,
    #[prop(optional)] external: bool,
) -> impl IntoView {
    view! {
        {is_admin.then(|| view! {
            <TickField name="shared" label=tr!(networks.shared) help=tr!(networks.shared_help).to_owned() checked=shared />
            <TickField name="external" label=tr!(networks.external) help=tr!(networks.external_help).to_owned() checked=external />
        })}
        <TickField name="no_port_security" label=tr!(networks.no_port_security) help=tr!(networks.no_port_security_help).to_owned() checked=no_port_security />
        <TickField name="admin_down" label=tr!(networks.switch_off) help=tr!(networks.switch_off_help).to_owned() checked=down />
    }
}
