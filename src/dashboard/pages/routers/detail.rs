//! One router.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::edit::Edit;
use super::facts::Facts;
use super::gateway::{Gateway, GatewayForm};
use super::interfaces::{AddInterfaceForm, Interfaces};
use super::list::DeleteRouterButton;
use super::routes::{AddRouteForm, Routes};
use super::state::{RouterState, why_not_change};
use crate::dashboard::api::networks::networks;
use crate::dashboard::api::router_interfaces::{AddInterface, RemoveInterface};
use crate::dashboard::api::routers::{
    AddRoute, ClearGateway, DeleteRouter, RemoveRoute, SetGateway, UpdateRouter, router,
};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::networks::external_choices;
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::network::Network;
use crate::model::router::Router;
use crate::model::{Error, Noun, Result, RouterId};

type Loaded = Resource<Result<(Router, Vec<Network>)>>;

/// Everything that the page can do.
#[derive(Clone, Copy)]
struct Actions {
    update: ServerAction<UpdateRouter>,
    delete: ServerAction<DeleteRouter>,
    set_gateway: ServerAction<SetGateway>,
    clear_gateway: ServerAction<ClearGateway>,
    join: ServerAction<AddInterface>,
    part: ServerAction<RemoveInterface>,
    add_route: ServerAction<AddRoute>,
    remove_route: ServerAction<RemoveRoute>,
}

impl Actions {
    fn new() -> Self {
        Self {
            update: ServerAction::new(),
            delete: ServerAction::new(),
            set_gateway: ServerAction::new(),
            clear_gateway: ServerAction::new(),
            join: ServerAction::new(),
            part: ServerAction::new(),
            add_route: ServerAction::new(),
            remove_route: ServerAction::new(),
        }
    }

    /// Grows with everything that was done. Reactive.
    fn version(&self) -> usize {
        let gateway = self.set_gateway.version().get() + self.clear_gateway.version().get();
        let interfaces = self.join.version().get() + self.part.version().get();
        let routes = self.add_route.version().get() + self.remove_route.version().get();
        gateway + interfaces + routes + self.update.version().get()
    }
}

/// The page of `/routers/:id`.
#[component]
pub fn RouterPage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let actions = Actions::new();
    let networks_changed = live.any(Noun::Network);
    let loaded: Loaded = Resource::new(
        move || {
            let id = id.get();
            (live.one(Noun::Router, &id).get(), networks_changed.get(), actions.version(), id)
        },
        |(.., id)| async move { Ok::<_, Error>((router(RouterId(id)).await?, networks().await?)) },
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, loaded.await) {
                    (Ok(me), Ok((router, networks))) => view! { <Whole router networks me actions /> }.into_any(),
                    (_, Err(error)) => view! { <PageHeader title=tr!(routers.title) /><ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
        <Transition><Forms loaded actions /></Transition>
    }
}

#[component]
fn Whole(router: Router, networks: Vec<Network>, me: Me, actions: Actions) -> impl IntoView {
    let crumbs = vec![Crumb::new(tr!(routers.title), "/routers")];
    let why_not = why_not_change(&router, &me);
    let is_admin = me.is_admin;
    let networks = StoredValue::new(networks);
    let (badge, deleted) = (router.clone(), router.clone());
    view! {
        <PageHeader title=router.name.clone() crumbs beside=move || view! { <RouterState router=badge.clone() /> }>
            <DeleteRouterButton router=deleted me delete=actions.delete />
        </PageHeader>
        <ErrorSummary refused=refused(actions.delete) />
        <ErrorSummary refused=refused(actions.clear_gateway) />
        <ErrorSummary refused=refused(actions.part) />
        <ErrorSummary refused=refused(actions.remove_route) />
        <Facts router=router.clone() is_admin />
        <Interfaces router=router.clone() networks action=actions.part why_not=why_not.clone() />
        <Gateway router=router.clone() networks action=actions.clear_gateway why_not=why_not.clone() />
        <Routes router action=actions.remove_route why_not />
    }
}

#[component]
fn Forms(loaded: Loaded, actions: Actions) -> impl IntoView {
    let session = use_session();
    // News that change nothing here leave what is typed alone.
    let known = Memo::new(move |_| session.me.get()?.ok().zip(loaded.get()?.ok()));
    move || {
        known.get().map(|(me, (router, networks))| {
            let why_not = why_not_change(&router, &me);
            let (external, id) = (external_choices(&networks), router.id.to_string());
            view! {
                <div class="disclosures">
                    <AddInterfaceForm router=router.clone() networks action=actions.join why_not=why_not.clone() />
                    <GatewayForm router=router.clone() external is_admin=me.is_admin action=actions.set_gateway why_not=why_not.clone() />
                    <AddRouteForm router=id action=actions.add_route why_not=why_not.clone() />
                    <Edit router action=actions.update why_not />
                </div>
            }
        })
    }
}
