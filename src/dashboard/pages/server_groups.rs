//! Server groups: instances that are to run on the same host, or on different ones.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::dashboard::api::instances::instance_names;
use crate::dashboard::api::server_groups::{CreateServerGroup, DeleteServerGroup, server_groups};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::dashboard::words;
use crate::model::server_group::{Policy, ServerGroup};
use crate::model::{InstanceId, Noun};

/// What instances are called.
type Names = BTreeMap<InstanceId, String>;

/// The list, with a form for a new one.
#[component]
pub fn ServerGroupsPage() -> impl IntoView {
    let (session, live) = (use_session(), use_live());
    let create = ServerAction::<CreateServerGroup>::new();
    let delete = ServerAction::<DeleteServerGroup>::new();
    let (groups, instances) = (live.any(Noun::ServerGroup), live.any(Noun::Instance));
    let list = Resource::new(
        move || (groups.get(), instances.get(), create.version().get(), delete.version().get()),
        |_| server_groups(),
    );
    let names = Resource::new(move || instances.get(), |_| instance_names());
    view! {
        <PageHeader title=tr!(server_groups.title) />
        <p class="lead">{tr!(server_groups.lead)}</p>
        <ErrorSummary refused=refused(delete) />
        <Transition>{move || view! { <NewGroup action=create why_not=session.no_write() /> }}</Transition>
        <Transition>
            {move || Suspend::new(async move {
                let why_not = session.why_no_write().await;
                match (list.await, names.await) {
                    (Ok(rows), Ok(names)) => view! { <Rows rows names delete why_not /> }.into_any(),
                    (Err(error), _) | (_, Err(error)) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn NewGroup(action: ServerAction<CreateServerGroup>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let policies =
        || Policy::ALL.iter().map(|policy| (policy.to_string(), words::policy(*policy).to_owned())).collect::<Vec<_>>();
    view! {
        <Disclosure label=tr!(server_groups.create) refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <div class="fields">
                    <TextField name="name" label=tr!(common.name) required=true placeholder="web" refused />
                    <SelectField name="policy" label=tr!(server_groups.policy) options=policies() value=Policy::AntiAffinity.to_string() help=tr!(server_groups.policy_help).to_owned() refused />
                    <TextField name="max_per_host" label=tr!(server_groups.max_per_host) kind="number" min=1 value="1" help=tr!(server_groups.max_per_host_help).to_owned() refused />
                </div>
                <Submit label=tr!(common.create) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}

#[component]
fn Rows(
    rows: Vec<ServerGroup>,
    names: Names,
    delete: ServerAction<DeleteServerGroup>,
    why_not: Option<String>,
) -> impl IntoView {
    if rows.is_empty() {
        let kind = Empty::Nothing {
            title: tr!(server_groups.empty).to_owned(),
            text: tr!(server_groups.empty_text).to_owned(),
            action: None,
        };
        return view! { <EmptyState kind picture=Picture::ServerGroup /> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(server_groups.policy)),
        Column::new(tr!(server_groups.members)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let rows = rows.into_iter().map(|group| {
        // A name is known as soon as the instance is.
        let named = |id: &InstanceId| (id.to_string(), names.get(id).cloned().unwrap_or_else(|| id.to_string()));
        let members = group.members.iter().map(named).collect();
        view! { <Row group members delete why_not=why_not.clone() /> }
    });
    let rows = rows.collect_view();
    view! { <Table caption=tr!(server_groups.title) columns>{rows}</Table> }.into_any()
}

#[component]
fn Row(
    group: ServerGroup,
    /// Id and name of each.
    members: Vec<(String, String)>,
    delete: ServerAction<DeleteServerGroup>,
    why_not: Option<String>,
) -> impl IntoView {
    let ServerGroup { id, name, policy, max_per_host, .. } = group;
    let several = (policy == Policy::AntiAffinity && max_per_host > 1)
        .then(|| view! { <p class="quiet">{tr!(server_groups.up_to, max = max_per_host)}</p> });
    let members = match members.is_empty() {
        true => tr!(server_groups.nobody).into_any(),
        false => members
            .into_iter()
            .map(|(id, name)| view! { <p><a href=format!("/instances/{id}")>{name}</a></p> })
            .collect_view()
            .into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name.clone()}</th>
            <td>{words::policy(policy)}{several}</td>
            <td>{members}</td>
            <td class="actions">
                <a class="btn quiet" href=format!("/launch?server_group={id}")>{tr!(server_groups.launch)}</a>
                <Confirm
                    id=format!("delete-{id}")
                    label=tr!(common.delete)
                    look=Look::Quiet
                    icon=Picture::Delete
                    why_not
                    title=tr!(common.delete_named, name = name.clone())
                    done=delete.version()
                >
                    <p>{tr!(server_groups.delete_text)}</p>
                    <ActionForm action=delete>
                        <input type="hidden" name="id" value=id.to_string() />
                        <input type="hidden" name="name" value=name />
                        <Submit label=tr!(common.delete) look=Look::Danger />
                        <AsCommand />
                    </ActionForm>
                </Confirm>
            </td>
        </tr>
    }
}
