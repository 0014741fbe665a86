//! Volumes to start from: those that there are, what snapshots keep, and one that is made of the image.

use leptos::prelude::*;

use super::images::Choice;
use super::plan::Plan;
use crate::dashboard::api::sources::Source;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::sizes;
use crate::model::volume::FillFrom;

/// A card for each bootable volume that no instance has, and for each snapshot of one.
#[component]
pub fn Sources(plan: Plan) -> impl IntoView {
    let sources = plan.choices.with_value(|choices| choices.sources.clone());
    (!sources.is_empty()).then(|| {
        let cards = sources.into_iter().map(|source| {
            let (value, facts) = (source.value(), facts(&source));
            view! { <Choice value name=source.name facts about=None plan /> }
        });
        view! {
            <p class="help">{tr!(launch.kept)}</p>
            <div class="choice-cards">{cards.collect_view()}</div>
        }
    })
}

fn facts(source: &Source) -> String {
    let size = sizes::gib(source.least_gb);
    match source.from {
        FillFrom::Snapshot(_) => tr!(launch.kept_snapshot, size = size),
        _ => tr!(launch.kept_volume, size = size),
    }
}

/// Whether the image goes on a volume, how large that is, and whether it stays. The style sheet hides what does not
/// belong to the present choice, so that it works without script.
#[component]
pub fn OnVolume(plan: Plan, refused: Refused) -> impl IntoView {
    let form = plan.form.get_untracked();
    view! {
        <div class="on-volume">
            <TickField name="on_volume" label=tr!(launch.on_volume) help=tr!(launch.on_volume_help).to_owned() checked=form.on_volume />
            <div class="volume-size fields">
                <TextField
                    name="volume_size"
                    label=tr!(volumes.size_gib)
                    kind="number"
                    min=1
                    value=form.volume_size
                    help=tr!(launch.volume_size_help).to_owned()
                    refused
                />
            </div>
            <div class="volume-goes">
                <TickField name="delete_volume" label=tr!(volumes.goes_with_it_tick) checked=form.delete_volume />
            </div>
        </div>
    }
}
