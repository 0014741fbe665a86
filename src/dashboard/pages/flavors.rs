//! Flavors: the sizes that instances come in. Everybody sees them, administrators make and delete them.

use leptos::prelude::*;

use crate::dashboard::api::flavors::{CreateFlavor, DeleteFlavor, flavors};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::dashboard::sizes;
use crate::model::Noun;
use crate::model::flavor::Flavor;

/// The list, with a form for administrators.
#[component]
pub fn FlavorsPage() -> impl IntoView {
    let session = use_session();
    let create = ServerAction::<CreateFlavor>::new();
    let delete = ServerAction::<DeleteFlavor>::new();
    let changed = use_live().any(Noun::Flavor);
    let list = Resource::new(move || (changed.get(), create.version().get(), delete.version().get()), |_| flavors());
    view! {
        <PageHeader title=tr!(flavors.title) />
        <p class="lead">{tr!(flavors.lead)}</p>
        <ErrorSummary refused=refused(delete) />
        <Transition>{move || view! { <NewFlavor action=create why_not=session.no_admin() /> }}</Transition>
        <Transition>
            {move || Suspend::new(async move {
                let why_not = session.me.await.is_ok_and(|me| !me.is_admin).then(|| tr!(common.needs_admin).to_owned());
                match list.await {
                    Ok(rows) => view! { <Rows rows delete why_not /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn NewFlavor(action: ServerAction<CreateFlavor>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    view! {
        <Disclosure label=tr!(flavors.create) refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <div class="fields">
                    <TextField name="name" label=tr!(common.name) required=true placeholder="m1.small" refused />
                    <TextField name="vcpus" label=tr!(flavors.vcpus) kind="number" min=1 value="1" required=true refused />
                    <TextField name="ram_mb" label=tr!(flavors.ram_mb) kind="number" min=1 value="512" required=true refused />
                    <TextField name="disk_gb" label=tr!(flavors.disk_gb) kind="number" min=0 value="1" required=true help=tr!(flavors.disk_help).to_owned() refused />
                    <TextField name="id" label=tr!(common.id) optional=true mono=true help=tr!(flavors.id_help).to_owned() refused />
                </div>
                <TickField name="is_private" label=tr!(flavors.private) help=tr!(flavors.private_help).to_owned() />
                <Submit label=tr!(common.create) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}

#[component]
fn Rows(rows: Vec<Flavor>, delete: ServerAction<DeleteFlavor>, why_not: Option<String>) -> impl IntoView {
    if rows.is_empty() {
        let kind = Empty::Nothing {
            title: tr!(flavors.empty).to_owned(),
            text: tr!(flavors.empty_text).to_owned(),
            action: None,
        };
        return view! { <EmptyState kind picture=Picture::Flavor /> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(flavors.vcpus)).number(),
        Column::new(tr!(flavors.ram)).number(),
        Column::new(tr!(flavors.disk)).number(),
        Column::new(tr!(flavors.visibility)),
        Column::new(tr!(common.id)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let rows = rows.into_iter().map(|flavor| view! { <Row flavor delete why_not=why_not.clone() /> }).collect_view();
    view! { <Table caption=tr!(flavors.title) columns>{rows}</Table> }.into_any()
}

#[component]
fn Row(flavor: Flavor, delete: ServerAction<DeleteFlavor>, why_not: Option<String>) -> impl IntoView {
    let Flavor { id, name, vcpus, ram_mb, disk_gb, is_public, .. } = flavor;
    let disk = if disk_gb == 0 { tr!(flavors.disk_as_image).to_owned() } else { sizes::gib(disk_gb) };
    let visibility = if is_public { tr!(flavors.public) } else { tr!(flavors.private) };
    view! {
        <tr>
            <th scope="row">{name.clone()}</th>
            <td class="number">{vcpus}</td>
            <td class="number">{sizes::mib(ram_mb)}</td>
            <td class="number">{disk}</td>
            <td>{visibility}</td>
            <td><code>{id.to_string()}</code></td>
            <td class="actions">
                <a class="btn quiet" href=format!("/launch?flavor={}", query::escape(id.as_str()))>{tr!(flavors.launch)}</a>
                <Confirm
                    id=format!("delete-{id}")
                    label=tr!(common.delete)
                    look=Look::Quiet
                    icon=Picture::Delete
                    why_not
                    title=tr!(common.delete_named, name = name)
                    done=delete.version()
                >
                    <p>{tr!(flavors.delete_text)}</p>
                    <ActionForm action=delete>
                        <input type="hidden" name="id" value=id.to_string() />
                        <Submit label=tr!(common.delete) look=Look::Danger />
                        <AsCommand />
                    </ActionForm>
                </Confirm>
            </td>
        </tr>
    }
}
