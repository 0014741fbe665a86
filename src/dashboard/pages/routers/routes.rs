//! Static routes: what goes neither to a joined subnet nor the usual way out.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::dashboard::api::routers::{AddRoute, RemoveRoute};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::network::HostRoute;
use crate::model::router::Router;

/// The table. Removing is undone by adding again, so nothing is asked.
#[component]
pub fn Routes(router: Router, action: ServerAction<RemoveRoute>, why_not: Option<String>) -> impl IntoView {
    let body = if router.routes.is_empty() {
        view! { <p class="quiet">{tr!(routers.no_routes)}</p> }.into_any()
    } else {
        let columns = vec![
            Column::new(tr!(routers.destination)),
            Column::new(tr!(routers.nexthop)),
            Column::new(tr!(common.actions)).actions(),
        ];
        let id = router.id.to_string();
        let rows = router.routes.into_iter().map(|route| {
            view! { <Row route router=id.clone() action why_not=why_not.clone() /> }
        });
        let rows = rows.collect_view();
        view! { <Table caption=tr!(routers.routes) columns>{rows}</Table> }.into_any()
    };
    view! { <h2>{tr!(routers.routes)}</h2>{body} }
}

#[component]
fn Row(route: HostRoute, router: String, action: ServerAction<RemoveRoute>, why_not: Option<String>) -> impl IntoView {
    let (destination, nexthop) = (route.destination.to_string(), route.nexthop.to_string());
    let commands = format!("commands-{destination}-{nexthop}");
    let fields = vec![("id", router.clone()), ("destination", destination.clone()), ("nexthop", nexthop.clone())];
    let name = destination.clone();
    view! {
        <tr>
            <th scope="row"><code>{destination.clone()}</code></th>
            <td><code>{nexthop.clone()}</code></td>
            <td class="actions">
                <ActionForm action>
                    <input type="hidden" name="id" value=router />
                    <input type="hidden" name="destination" value=destination />
                    <input type="hidden" name="nexthop" value=nexthop />
                    <Submit label=tr!(routers.remove) look=Look::Quiet icon=Picture::Delete why_not />
                </ActionForm>
                <AsCommandOpener dialog=commands.clone() brief=true />
                <AsCommandDialog id=commands name fields action=RemoveRoute::url() />
            </td>
        </tr>
    }
}

/// The form for one more.
#[component]
pub fn AddRouteForm(router: String, action: ServerAction<AddRoute>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let router = StoredValue::new(router);
    view! {
        <Disclosure label=tr!(routers.add_route) refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <input type="hidden" name="id" value=router.get_value() />
                <div class="fields">
                    <TextField name="destination" label=tr!(routers.destination) required=true mono=true placeholder="10.50.0.0/24" refused />
                    <TextField name="nexthop" label=tr!(routers.nexthop) required=true mono=true placeholder="10.10.0.9" help=tr!(routers.nexthop_help).to_owned() refused />
                </div>
                <Submit label=tr!(routers.add_route) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
