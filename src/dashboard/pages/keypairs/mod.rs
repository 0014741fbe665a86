//! Key pairs: how people get into their instances. They belong to a person, not to a project.

mod generate;
mod import;

use leptos::prelude::*;

use crate::dashboard::api::keypairs::{DeleteKeypair, GenerateKeypair, ImportKeypair, keypairs};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::keypair::Keypair;
pub use generate::Generated;

/// The list, with forms to import and to generate one.
#[component]
pub fn KeypairsPage() -> impl IntoView {
    let import = ServerAction::<ImportKeypair>::new();
    let generate = ServerAction::<GenerateKeypair>::new();
    let delete = ServerAction::<DeleteKeypair>::new();
    let list = Resource::new(
        move || (import.version().get(), generate.version().get(), delete.version().get()),
        |_| keypairs(),
    );
    view! {
        <PageHeader title=tr!(keypairs.title) />
        <p class="lead">{tr!(keypairs.lead)}</p>
        <ErrorSummary refused=refused(delete) />
        <Generated action=generate />
        <div class="disclosures">
            <import::Import action=import />
            <generate::Generate action=generate />
        </div>
        <Transition>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(rows) => view! { <Rows rows delete /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Rows(rows: Vec<Keypair>, delete: ServerAction<DeleteKeypair>) -> impl IntoView {
    if rows.is_empty() {
        let kind = Empty::Nothing {
            title: tr!(keypairs.empty).to_owned(),
            text: tr!(keypairs.empty_text).to_owned(),
            action: None,
        };
        return view! { <EmptyState kind picture=Picture::Keypair /> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(keypairs.fingerprint)),
        Column::new(tr!(common.created)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let rows = rows.into_iter().map(|keypair| view! { <Row keypair delete /> }).collect_view();
    view! { <Table caption=tr!(keypairs.title) columns>{rows}</Table> }.into_any()
}

#[component]
fn Row(keypair: Keypair, delete: ServerAction<DeleteKeypair>) -> impl IntoView {
    let Keypair { name, public_key, fingerprint, created_at, .. } = keypair;
    view! {
        <tr>
            <th scope="row">{name.clone()}</th>
            <td>
                <details>
                    <summary><code>{fingerprint}</code></summary>
                    <CodeBlock text=public_key label=tr!(keypairs.public_key) />
                </details>
            </td>
            <td><Time at=created_at /></td>
            <td class="actions">
                <Confirm
                    id=format!("delete-{}", name.replace(' ', "+"))
                    label=tr!(common.delete)
                    look=Look::Quiet
                    icon=Picture::Delete
                    title=tr!(common.delete_named, name = name.clone())
                    done=delete.version()
                >
                    <p>{tr!(keypairs.delete_text)}</p>
                    <ActionForm action=delete>
                        <input type="hidden" name="name" value=name />
                        <Submit label=tr!(common.delete) look=Look::Danger />
                        <AsCommand />
                    </ActionForm>
                </Confirm>
            </td>
        </tr>
    }
}
