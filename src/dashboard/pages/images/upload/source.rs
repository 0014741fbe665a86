//! Where an image's data comes from: a file, or an address that the server fetches.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;

/// The choice, where there is one, and what is chosen. The style sheet hides what is not, so that it works without
/// script; a file that need not be chosen is asked for by the server.
#[component]
pub fn Source(
    /// Whether there are addresses that images may be imported from.
    can_import: bool,
    refused: Refused,
) -> impl IntoView {
    let choices = || {
        let choices = [("file", tr!(images.source_file)), ("address", tr!(images.source_address))];
        choices.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec()
    };
    view! {
        <div class="data-source">
            {can_import.then(|| view! {
                <SelectField name="source" label=tr!(images.source) options=choices() refused />
                <div class="from-address">
                    <TextField name="uri" label=tr!(images.uri) kind="url" mono=true placeholder="https://" help=tr!(images.uri_help).to_owned() refused />
                </div>
            })}
            // The file comes last of all fields: the server has read them when it arrives.
            <div class="from-file">
                <Field name="file" label=tr!(images.file) help=tr!(images.file_help).to_owned() refused>
                    <input id="file" name="file" type="file" required=!can_import aria-describedby="file-help" />
                </Field>
            </div>
        </div>
    }
}
