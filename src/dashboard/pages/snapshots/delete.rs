//! Deleting a snapshot.

use leptos::prelude::*;

use crate::dashboard::api::snapshots::DeleteSnapshot;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::model::Reason;
use crate::model::volume::{Snapshot, SnapshotStatus};

/// The button and its question; says why where it cannot be done now.
#[component]
pub fn DeleteSnapshotButton(
    snapshot: Snapshot,
    delete: ServerAction<DeleteSnapshot>,
    no_write: Option<String>,
    #[prop(default = Look::Danger)] look: Look,
    /// The page to go on to; the list, unless it is said.
    #[prop(optional, into)]
    next: String,
) -> impl IntoView {
    let (id, name) = (snapshot.id.to_string(), snapshot.title().to_owned());
    let why_not = no_write.or_else(|| why_not(&snapshot));
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
            <p>{tr!(snapshots.delete_text)}</p>
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="name" value=name />
                <input type="hidden" name="next" value=next />
                <Submit label=tr!(common.delete) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}

fn why_not(snapshot: &Snapshot) -> Option<String> {
    use SnapshotStatus::{Available, Error, ErrorDeleting};
    let (verb, id, status) = ("delete".to_owned(), snapshot.id.to_string(), snapshot.status.to_string());
    let settled = matches!(snapshot.status, Available | Error | ErrorDeleting);
    (!settled).then(|| explain(&Reason::SnapshotState { verb, id, status }).line())
}
