//! All groups of the project.

use leptos::prelude::*;

use super::words;
use crate::dashboard::api::security_groups::{CreateSecurityGroup, DeleteSecurityGroup, security_groups};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::Noun;
use crate::model::security_group::SecurityGroup;

/// The list, with a form for a new one.
#[component]
pub fn SecurityGroupsPage() -> impl IntoView {
    let session = use_session();
    let create = ServerAction::<CreateSecurityGroup>::new();
    let delete = ServerAction::<DeleteSecurityGroup>::new();
    let changed = use_live().any(Noun::SecurityGroup);
    let list =
        Resource::new(move || (changed.get(), create.version().get(), delete.version().get()), |_| security_groups());
    view! {
        <PageHeader title=tr!(security_groups.title) />
        <p class="lead">{tr!(security_groups.lead)}</p>
        <ErrorSummary refused=refused(delete) />
        <Transition>{move || view! { <NewGroup action=create why_not=session.no_write() /> }}</Transition>
        <Transition>
            {move || Suspend::new(async move {
                let why_not = session.why_no_write().await;
                match list.await {
                    Ok(rows) => view! { <Rows rows delete why_not /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn NewGroup(action: ServerAction<CreateSecurityGroup>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    view! {
        <Disclosure label=tr!(security_groups.create) refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <TextField name="name" label=tr!(common.name) required=true placeholder="web" refused />
                <TextField name="description" label=tr!(common.description) optional=true refused />
                <Submit label=tr!(common.create) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}

#[component]
fn Rows(rows: Vec<SecurityGroup>, delete: ServerAction<DeleteSecurityGroup>, why_not: Option<String>) -> impl IntoView {
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(security_groups.lets_in_title)),
        Column::new(tr!(common.description)),
        Column::new(tr!(security_groups.rules)).number(),
        Column::new(tr!(common.actions)).actions(),
    ];
    let views = rows.iter().map(|group| {
        let effect = words::effect(group, &rows);
        view! { <Row group=group.clone() effect delete why_not=why_not.clone() /> }
    });
    let views = views.collect_view();
    view! { <Table caption=tr!(security_groups.title) columns>{views}</Table> }
}

#[component]
fn Row(
    group: SecurityGroup,
    effect: String,
    delete: ServerAction<DeleteSecurityGroup>,
    why_not: Option<String>,
) -> impl IntoView {
    let id = group.id.to_string();
    view! {
        <tr>
            <th scope="row"><a href=format!("/security-groups/{id}")>{group.name.clone()}</a></th>
            <td>{effect}</td>
            <td>{group.description.clone()}</td>
            <td class="number">{group.rules.len()}</td>
            <td class="actions"><DeleteGroup group delete why_not look=Look::Quiet /></td>
        </tr>
    }
}

/// The button and its question; `default` stays.
#[component]
pub(super) fn DeleteGroup(
    group: SecurityGroup,
    delete: ServerAction<DeleteSecurityGroup>,
    why_not: Option<String>,
    #[prop(default = Look::Danger)] look: Look,
) -> impl IntoView {
    let SecurityGroup { id, name, .. } = group;
    let why_not = why_not.or_else(|| (name == "default").then(|| tr!(security_groups.default_stays).to_owned()));
    view! {
        <Confirm
            id=format!("delete-{id}")
            label=tr!(common.delete)
            look
            icon=Picture::Delete
            why_not
            title=tr!(common.delete_named, name = name.clone())
            done=delete.version()
        >
            <p>{tr!(security_groups.delete_text)}</p>
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="name" value=name />
                <Submit label=tr!(common.delete) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}
