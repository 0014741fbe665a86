//! One floating IP: where it leads, and where it could.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::row::{Disassociate, LeadsTo, Names, Release, why_not_change};
use super::targets::choices as target_choices;
use crate::dashboard::api::floating_ips::{
    Associate as AssociateCall, Describe as DescribeCall, Disassociate as DisassociateCall, FloatingChoices,
    Release as ReleaseCall, floating_choices, floating_ip,
};
use crate::dashboard::api::instances::instance_names;
use crate::dashboard::api::networks::networks;
use crate::dashboard::api::routers::routers;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::networks::network_name;
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::router::FloatingIp;
use crate::model::{Error, FloatingIpId, Noun, Result};

type Loaded = Resource<Result<(FloatingIp, FloatingChoices, Names)>>;

#[derive(Clone, Copy)]
struct Actions {
    associate: ServerAction<AssociateCall>,
    describe: ServerAction<DescribeCall>,
    disassociate: ServerAction<DisassociateCall>,
    release: ServerAction<ReleaseCall>,
}

/// The page of `/floating-ips/:id`.
#[component]
pub fn FloatingIpPage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let actions = Actions {
        associate: ServerAction::new(),
        describe: ServerAction::new(),
        disassociate: ServerAction::new(),
        release: ServerAction::new(),
    };
    let news = [Noun::FloatingIp, Noun::Router, Noun::Port].map(|noun| live.any(noun));
    let loaded: Loaded = Resource::new(
        move || {
            let heard: u32 = news.iter().map(Signal::get).sum();
            let done = actions.associate.version().get() + actions.disassociate.version().get();
            (heard, done + actions.describe.version().get(), FloatingIpId(id.get()))
        },
        |(.., id)| async move {
            let floating = floating_ip(id).await?;
            let names =
                Names { networks: networks().await?, routers: routers().await?, instances: instance_names().await? };
            Ok::<_, Error>((floating, floating_choices().await?, names))
        },
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, loaded.await) {
                    (Ok(me), Ok((floating, _, names))) => view! { <Whole floating names me actions /> }.into_any(),
                    (_, Err(error)) => {
                        view! { <PageHeader title=tr!(floating_ips.title) /><ErrorCard error /> }.into_any()
                    }
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
        <Transition>
            <div class="disclosures">
                <Lead loaded action=actions.associate />
                <Describe loaded action=actions.describe />
            </div>
        </Transition>
    }
}

#[component]
fn Whole(floating: FloatingIp, names: Names, me: Me, actions: Actions) -> impl IntoView {
    let crumbs = vec![Crumb::new(tr!(floating_ips.title), "/floating-ips")];
    let why_not = why_not_change(&floating, &me);
    let names = StoredValue::new(names);
    let address = floating.address.to_string();
    let network = floating.network_id.clone();
    let network_label = names.with_value(|names| network_name(&names.networks, &network));
    let next = format!("/floating-ips/{}", floating.id);
    let leads = match floating.target.clone() {
        Some(target) => view! { <LeadsTo target names /> }.into_any(),
        None => tr!(floating_ips.nowhere).into_any(),
    };
    let part = floating.target.is_some().then(|| {
        let (floating, why_not) = (floating.clone(), why_not.clone());
        view! { <Disassociate floating action=actions.disassociate why_not next /> }
    });
    let FloatingIp { id, description, created_at, .. } = floating.clone();
    view! {
        <PageHeader title=address.clone() crumbs>
            {part}
            <Release floating action=actions.release why_not />
        </PageHeader>
        <ErrorSummary refused=refused(actions.disassociate) />
        <ErrorSummary refused=refused(actions.release) />
        <Properties>
            {(!description.is_empty()).then(|| view! { <Property label=tr!(common.description)>{description}</Property> })}
            <Property label=tr!(networks.address) copy=address.clone()><code>{address}</code></Property>
            <Property label=tr!(floating_ips.leads_to)>{leads}</Property>
            <Property label=tr!(routers.external_network)><a href=format!("/networks/{network}")>{network_label}</a></Property>
            <Property label=tr!(common.id) copy=id.to_string()><code>{id.to_string()}</code></Property>
            <Property label=tr!(common.created)><Time at=created_at /></Property>
        </Properties>
    }
}

/// The form that leads it somewhere; what cannot be reached stays in the list and says why.
#[component]
fn Lead(loaded: Loaded, action: ServerAction<AssociateCall>) -> impl IntoView {
    let session = use_session();
    let refused = refused(action);
    // News that change nothing here leave what is chosen alone.
    let known = Memo::new(move |_| {
        let (floating, choices, _) = loaded.get()?.ok()?;
        let why_not = why_not_change(&floating, &session.me.get()?.ok()?);
        Some((floating, choices.targets, why_not))
    });
    move || {
        known.get().map(|(floating, targets, why_not)| {
            let targets = target_choices(&targets, Some(&floating.network_id));
            let nothing = targets.options.is_empty();
            let why_not = why_not.or_else(|| nothing.then(|| tr!(floating_ips.no_targets).to_owned()));
            let given = StoredValue::new((floating.id.to_string(), targets.options, targets.off));
            let id = move || given.with_value(|(id, ..)| id.clone());
            view! {
                <Disclosure label=tr!(floating_ips.associate) icon=Picture::External refused done=successes(action) why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <input type="hidden" name="id" value=id() />
                        <input type="hidden" name="next" value=format!("/floating-ips/{}", id()) />
                        <SelectField
                            name="target"
                            label=tr!(floating_ips.leads_to)
                            options=given.with_value(|(_, options, _)| options.clone())
                            off=given.with_value(|(.., off)| off.clone())
                            refused
                        />
                        <Submit label=tr!(floating_ips.associate) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}

/// What it is for.
#[component]
fn Describe(loaded: Loaded, action: ServerAction<DescribeCall>) -> impl IntoView {
    let session = use_session();
    let refused = refused(action);
    let known = Memo::new(move |_| {
        let (floating, ..) = loaded.get()?.ok()?;
        let why_not = why_not_change(&floating, &session.me.get()?.ok()?);
        Some((floating.id.to_string(), floating.description, why_not))
    });
    move || {
        known.get().map(|(id, description, why_not)| {
            let given = StoredValue::new((id, description));
            view! {
                <Disclosure label=tr!(floating_ips.describe) icon=Picture::Edit refused done=successes(action) why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <input type="hidden" name="id" value=given.with_value(|(id, _)| id.clone()) />
                        <TextField name="description" label=tr!(common.description) value=given.with_value(|(_, text)| text.clone()) optional=true refused />
                        <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}
