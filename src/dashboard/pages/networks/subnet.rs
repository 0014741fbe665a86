//! One subnet.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::list::why_not_change;
use super::subnet_fields::{SubnetFields, typed};
use super::subnets::DeleteSubnetButton;
use crate::dashboard::api::networks::network;
use crate::dashboard::api::subnets::{DeleteSubnet, UpdateSubnet, subnet};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::network::{Network, Subnet};
use crate::model::{Error, Noun, Result, SubnetId};

type Loaded = Resource<Result<(Subnet, Network)>>;

/// The page of `/networks/subnets/:id`.
#[component]
pub fn SubnetPage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let (update, delete) = (ServerAction::<UpdateSubnet>::new(), ServerAction::<DeleteSubnet>::new());
    let news = [Noun::Subnet, Noun::Network].map(|noun| live.any(noun));
    let loaded: Loaded = Resource::new(
        move || (news.iter().map(Signal::get).sum::<u32>(), update.version().get(), id.get()),
        |(.., id)| async move {
            let subnet = subnet(SubnetId(id)).await?;
            let network = network(subnet.network_id.clone()).await?;
            Ok::<_, Error>((subnet, network))
        },
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, loaded.await) {
                    (Ok(me), Ok((subnet, network))) => view! { <Whole subnet network me delete /> }.into_any(),
                    (_, Err(error)) => view! { <PageHeader title=tr!(networks.subnets) /><ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
        <Transition><Edit loaded action=update /></Transition>
    }
}

#[component]
fn Whole(subnet: Subnet, network: Network, me: Me, delete: ServerAction<DeleteSubnet>) -> impl IntoView {
    let crumbs = vec![
        Crumb::new(tr!(networks.title), "/networks"),
        Crumb::new(network.name.clone(), format!("/networks/{}", network.id)),
    ];
    let why_not = why_not_change(&network, &me);
    let (id, range) = (subnet.id.to_string(), subnet.cidr.to_string());
    view! {
        <PageHeader title=range.clone() crumbs>
            <DeleteSubnetButton id network=network.id.to_string() range action=delete why_not />
        </PageHeader>
        <ErrorSummary refused=refused(delete) />
        <Facts subnet />
    }
}

#[component]
fn Facts(subnet: Subnet) -> impl IntoView {
    let (capacity, said) = (subnet.capacity(), typed(&subnet));
    let or_none = |text: String| if text.is_empty() { tr!(common.none).to_owned() } else { text };
    let lines = |text: &str| text.lines().map(|line| view! { <li><code>{line.to_owned()}</code></li> }).collect_view();
    let (pools, routes) = (lines(&said.allocation_pools), lines(&said.host_routes));
    let Subnet { id, name, cidr, enable_dhcp, used, created_at, .. } = subnet;
    view! {
        <Properties>
            {(!name.is_empty()).then(|| view! { <Property label=tr!(common.name)>{name}</Property> })}
            <Property label=tr!(common.id) copy=id.to_string()><code>{id.to_string()}</code></Property>
            <Property label=tr!(networks.cidr) copy=cidr.to_string()><code>{cidr.to_string()}</code></Property>
            <Property label=tr!(networks.gateway)><code>{or_none(said.gateway_ip)}</code></Property>
            <Property label=tr!(networks.dhcp)>{if enable_dhcp { tr!(common.yes) } else { tr!(common.no) }}</Property>
            <Property label=tr!(networks.dns)><code>{or_none(said.dns_nameservers)}</code></Property>
            <Property label=tr!(networks.pools)><ul>{pools}</ul></Property>
            {(!routes.is_empty()).then(|| view! { <Property label=tr!(networks.host_routes)><ul>{routes}</ul></Property> })}
            <Property label=tr!(common.created)><Time at=created_at /></Property>
        </Properties>
        <div class="meters"><Meter label=tr!(networks.used) used limit=capacity /></div>
    }
}

/// The form behind its button; the range of a subnet never changes.
#[component]
fn Edit(loaded: Loaded, action: ServerAction<UpdateSubnet>) -> impl IntoView {
    let session = use_session();
    let refused = refused(action);
    // News that change nothing here, such as one more address in use, leave what is typed alone.
    let known = Memo::new(move |_| {
        let (subnet, network) = loaded.get()?.ok()?;
        let why_not = why_not_change(&network, &session.me.get()?.ok()?);
        Some((subnet.id.to_string(), typed(&subnet), why_not))
    });
    move || {
        known.get().map(|(id, value, why_not)| {
            let given = StoredValue::new((id, value));
            view! {
                <Disclosure label=tr!(networks.edit_subnet) icon=Picture::Edit refused done=successes(action) why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <input type="hidden" name="id" value=given.with_value(|(id, _)| id.clone()) />
                        <SubnetFields refused value=given.with_value(|(_, value)| value.clone()) settled=true />
                        <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}
