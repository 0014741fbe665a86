//! Taking a volume from an instance.

use leptos::prelude::*;

use super::may::why_no_detach;
use crate::dashboard::api::volume_attachments::DetachVolume;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::volume::{Attachment, Volume};

/// The button and its question.
#[component]
pub fn DetachButton(
    volume: Volume,
    attachment: Attachment,
    action: ServerAction<DetachVolume>,
    no_write: Option<String>,
    /// The page to go on to; the instance's, unless it is said.
    #[prop(optional, into)]
    next: String,
) -> impl IntoView {
    let why_not = why_no_detach(&volume, &attachment, no_write);
    let name = volume.title().to_owned();
    view! {
        <Confirm
            id=format!("detach-{}", attachment.id)
            label=tr!(volumes.detach)
            look=Look::Quiet
            why_not
            title=tr!(volumes.detach_named, name = name.clone())
            done=action.version()
        >
            <p>{tr!(volumes.detach_text)}</p>
            <ActionForm action>
                <input type="hidden" name="instance" value=attachment.instance_id.to_string() />
                <input type="hidden" name="volume" value=volume.id.to_string() />
                <input type="hidden" name="name" value=name />
                <input type="hidden" name="next" value=next />
                <Submit label=tr!(volumes.detach) look=Look::Danger busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}
