//! Making a volume: empty, of an image, or as a copy.

use leptos::prelude::*;

use crate::dashboard::api::sources::Source;
use crate::dashboard::api::volumes::{CreateVolume, VolumeChoices};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::session::use_session;
use crate::dashboard::sizes;
use crate::model::Result;
use crate::model::quota::{Resource as Counted, Usage};
use crate::model::volume::FillFrom;

/// The form behind its button; the address may open it with a source chosen.
#[component]
pub fn NewVolume(choices: Resource<Result<VolumeChoices>>, action: ServerAction<CreateVolume>) -> impl IntoView {
    let session = use_session();
    let refused = refused(action);
    let source = query::param("source");
    // News that change none of the choices leave what is typed alone.
    let known = Memo::new(move |_| Some((choices.get()?.ok()?, source.get(), session.known_no_write()?)));
    move || {
        known.get().map(|(choices, first, why_not)| {
            let asked = !first.is_empty();
            let given = StoredValue::new((choices, first));
            view! {
                <Disclosure label=tr!(volumes.create) refused done=successes(action) asked why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        {given.with_value(|(choices, first)| view! { <Fields choices=choices.clone() first=first.clone() refused /> })}
                        <Submit label=tr!(common.create) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}

#[component]
fn Fields(choices: VolumeChoices, first: String, refused: Refused) -> impl IntoView {
    let VolumeChoices { sources, types, usage } = choices;
    let chosen = RwSignal::new(first.clone());
    let nothing = (String::new(), tr!(volumes.source_nothing).to_owned());
    let options = std::iter::once(nothing).chain(sources.iter().map(|source| (source.value(), label(source))));
    let options = options.collect::<Vec<_>>();
    let usual = (String::new(), tr!(volumes.usual_kind).to_owned());
    let types = std::iter::once(usual).chain(types.into_iter().map(|name| (name.clone(), name))).collect::<Vec<_>>();
    let least = Memo::new(move |_| {
        let chosen = chosen.get();
        sources.iter().find(|source| source.value() == chosen).map_or(1, |source| source.least_gb)
    });
    view! {
        <div class="fields">
            <TextField name="name" label=tr!(common.name) required=true placeholder="data" refused />
            <SelectField name="source" label=tr!(volumes.source) options value=first refused chosen />
            <Field name="size" label=tr!(volumes.size_gib) help=tr!(volumes.size_help, left = left(&usage)) refused>
                <input
                    id="size"
                    name="size"
                    type="number"
                    min=least
                    placeholder=least
                    autocomplete="off"
                    aria-describedby="size-help"
                    aria-invalid=move || problem(Some(refused), "size").map(|_| "true")
                />
            </Field>
            <SelectField name="volume_type" label=tr!(volumes.kind) options=types refused />
            <TextField name="description" label=tr!(common.description) optional=true refused />
        </div>
    }
}

/// A source with what it asks for.
fn label(source: &Source) -> String {
    let (name, size) = (source.name.clone(), sizes::gib(source.least_gb));
    match source.from {
        FillFrom::Image(_) => tr!(volumes.source_image, name = name, size = size),
        FillFrom::Volume(_) => tr!(volumes.source_volume, name = name, size = size),
        FillFrom::Snapshot(_) => tr!(volumes.source_snapshot, name = name, size = size),
        FillFrom::Nothing => tr!(volumes.source_nothing).to_owned(),
    }
}

/// What the quota still allows.
fn left(usage: &[Usage]) -> String {
    let left = |counted| {
        let left = usage.iter().find(|usage| usage.resource == counted).and_then(Usage::left);
        left.map_or_else(|| tr!(volumes.no_limit).to_owned(), |left| left.to_string())
    };
    tr!(volumes.left, volumes = left(Counted::Volumes), gigabytes = left(Counted::Gigabytes))
}
