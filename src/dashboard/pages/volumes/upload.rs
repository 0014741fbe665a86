//! Making an image of a volume.

use leptos::prelude::*;

use super::may::{Deed, why_not};
use crate::dashboard::api::volumes::UploadVolume;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::image::DiskFormat;
use crate::model::volume::Volume;

/// The form behind its button.
#[component]
pub fn Upload(
    volume: Memo<Option<Volume>>,
    action: ServerAction<UploadVolume>,
    no_write: Signal<Option<String>>,
    asked: Signal<bool>,
) -> impl IntoView {
    let refused = refused(action);
    let known = Memo::new(move |_| {
        let volume = volume.get()?;
        let why_not = why_not(Deed::Upload, &volume, no_write.get());
        Some((volume.id.to_string(), volume.title().to_owned(), why_not))
    });
    let formats = || DiskFormat::ALL.iter().map(|format| (format.to_string(), format.to_string())).collect::<Vec<_>>();
    move || {
        known.get().map(|(id, name, why_not)| {
            let (id, name) = (StoredValue::new(id), StoredValue::new(name));
            view! {
                <Disclosure label=tr!(volumes.upload) icon=Picture::Snapshot refused done=successes(action) asked=asked.get_untracked() why_not>
                    <ActionForm action>
                        <ErrorSummary refused scope="upload-" />
                        <p class="help">{tr!(volumes.upload_help)}</p>
                        <input type="hidden" name="id" value=id.get_value() />
                        <div class="fields">
                            <TextField name="image_name" label=tr!(instances.image_name) value=name.get_value() required=true refused scope="upload-" />
                            <SelectField name="disk_format" label=tr!(volumes.upload_format) options=formats() refused scope="upload-" />
                        </div>
                        <Submit label=tr!(volumes.upload) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}
