//! One group with its rules.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::list::DeleteGroup;
use super::{rule_form, rules};
use crate::dashboard::api::security_groups::{
    CreateRule, DeleteRule, DeleteSecurityGroup, UpdateSecurityGroup, security_group, security_groups,
};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::security_group::SecurityGroup;
use crate::model::{Error, Noun};

/// Rules in words, presets, and a form for any other rule.
#[component]
pub fn SecurityGroupPage() -> impl IntoView {
    let session = use_session();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let (add, preset) = (ServerAction::<CreateRule>::new(), ServerAction::<CreateRule>::new());
    let remove = ServerAction::<DeleteRule>::new();
    let (update, delete) = (ServerAction::<UpdateSecurityGroup>::new(), ServerAction::<DeleteSecurityGroup>::new());
    let changed = use_live().any(Noun::SecurityGroup);
    let group = Resource::new(
        move || {
            let done = [add.version(), preset.version(), remove.version(), update.version()];
            (id.get(), changed.get(), done.map(|version| version.get()))
        },
        |(id, ..)| async move { Ok::<_, Error>((security_group(id.into()).await?, security_groups().await?)) },
    );
    // Rules come and go; what somebody is typing into the form stays while the groups stay the same.
    let peers = Memo::new(move |_| {
        let groups = group.get().and_then(Result::ok).map(|(_, groups)| groups).unwrap_or_default();
        groups.into_iter().map(|group| (group.id.to_string(), group.name)).collect::<Vec<_>>()
    });
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let why_not = session.why_no_write().await;
                match group.await {
                    Ok((group, groups)) => view! {
                        <Header group=group.clone() delete why_not=why_not.clone() />
                        <ErrorSummary refused=refused(delete) />
                        <ErrorSummary refused=refused(remove) />
                        <rules::Rules group groups action=remove why_not />
                    }
                    .into_any(),
                    Err(error) => view! { <PageHeader title=tr!(security_groups.title) /><ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
        <Transition>
            {move || {
                let why_not = session.no_write();
                let (group, peers) = (id.get(), peers.get());
                view! { <rule_form::AddRule group peers action=add preset why_not /> }
            }}
        </Transition>
        <Transition>
            {move || {
                let why_not = session.no_write();
                let loaded = group.get().and_then(Result::ok).map(|(group, _)| group);
                loaded.map(|group| view! { <Rename group action=update why_not /> })
            }}
        </Transition>
    }
}

#[component]
fn Header(group: SecurityGroup, delete: ServerAction<DeleteSecurityGroup>, why_not: Option<String>) -> impl IntoView {
    let crumbs = vec![Crumb::new(tr!(security_groups.title), "/security-groups")];
    let description = group.description.clone();
    view! {
        <PageHeader title=group.name.clone() crumbs>
            <ButtonLink href="/reach?from=me&what=ssh" label=tr!(reach.ask_about_group) icon=Picture::Reach />
            <DeleteGroup group delete why_not />
        </PageHeader>
        {(!description.is_empty()).then(|| view! { <p class="lead">{description}</p> })}
    }
}

#[component]
fn Rename(group: SecurityGroup, action: ServerAction<UpdateSecurityGroup>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let group = StoredValue::new(group);
    let of = move |part: fn(&SecurityGroup) -> String| group.with_value(part);
    view! {
        <Disclosure label=tr!(security_groups.edit) icon=Picture::Edit refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused scope="edit-" />
                <input type="hidden" name="id" value=of(|group| group.id.to_string()) />
                <TextField name="name" label=tr!(common.name) value=of(|group| group.name.clone()) required=true refused scope="edit-" />
                <TextField name="description" label=tr!(common.description) value=of(|group| group.description.clone()) optional=true refused scope="edit-" />
                <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
