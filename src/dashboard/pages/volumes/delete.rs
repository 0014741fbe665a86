//! Deleting a volume, with what that means.

use leptos::prelude::*;

use super::may::{Deed, why_not};
use crate::dashboard::api::volumes::DeleteVolume;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::volume::Volume;

/// The button and its question. Snapshots keep a volume, unless they are to go with it.
#[component]
pub fn DeleteVolumeButton(
    volume: Volume,
    /// How many it has.
    snapshots: usize,
    delete: ServerAction<DeleteVolume>,
    no_write: Option<String>,
    #[prop(default = Look::Danger)] look: Look,
) -> impl IntoView {
    let why_not = why_not(Deed::Delete, &volume, no_write);
    let (id, name) = (volume.id.to_string(), volume.title().to_owned());
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
            <p>{tr!(volumes.delete_text)}</p>
            <p>{tr!(common.cannot_be_undone)}</p>
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="name" value=name />
                {(snapshots > 0).then(|| view! {
                    <TickField
                        name="with_snapshots"
                        label=tr!(volumes.delete_with_snapshots)
                        help=tr!(volumes.delete_blocked, number = snapshots)
                    />
                })}
                <Submit label=tr!(common.delete) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}
