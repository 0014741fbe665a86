//! Changing an image's record.

use leptos::prelude::*;

use super::facts::visibility;
use crate::dashboard::api::images::UpdateImage;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::image::{Image, Visibility};

/// The form behind its button.
#[component]
pub fn Edit(image: Image, is_admin: bool, action: ServerAction<UpdateImage>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let now = image.visibility;
    let offered = Visibility::ALL.iter().copied().filter(move |choice| {
        *choice == now || *choice == Visibility::Private || (*choice == Visibility::Public && is_admin)
    });
    let offered: Vec<_> = offered.map(|choice| (choice.to_string(), visibility(choice).to_owned())).collect();
    let offered = StoredValue::new(offered);
    let protected = image.protected;
    let image = StoredValue::new(image);
    let of = move |part: fn(&Image) -> String| image.with_value(part);
    view! {
        <Disclosure label=tr!(images.edit) icon=Picture::Edit refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <input type="hidden" name="id" value=of(|image| image.id.to_string()) />
                <div class="fields">
                    <TextField name="name" label=tr!(common.name) value=of(|image| image.name.clone()) required=true refused />
                    <TextField name="description" label=tr!(common.description) value=of(|image| image.description.clone().unwrap_or_default()) optional=true refused />
                    <SelectField name="visibility" label=tr!(images.visibility) options=offered.get_value() value=now.to_string() refused />
                    <TextField name="min_ram" label=tr!(images.min_ram) kind="number" min=0 value=of(|image| image.min_ram.to_string()) refused />
                    <TextField name="min_disk" label=tr!(images.min_disk) kind="number" min=0 value=of(|image| image.min_disk.to_string()) refused />
                </div>
                <TickField name="protected" label=tr!(images.protected) help=tr!(images.protected_help).to_owned() checked=protected />
                <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
