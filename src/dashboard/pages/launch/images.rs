//! What to start from.

use leptos::prelude::*;

use super::plan::Plan;
use super::section::Section;
use super::sources::{OnVolume, Sources};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::images::size;
use crate::dashboard::sizes;
use crate::model::image::Image;

/// A card for each image, and what else an instance can start from.
#[component]
pub fn Images(plan: Plan, refused: Refused) -> impl IntoView {
    let images = plan.images();
    let body = if images.is_empty() {
        let kind = Empty::Nothing {
            title: tr!(launch.no_images).to_owned(),
            text: tr!(launch.no_images_text).to_owned(),
            action: Some(("/images".to_owned(), tr!(launch.to_images).to_owned())),
        };
        view! { <EmptyState kind picture=Picture::Image /> }.into_any()
    } else {
        let cards = images.into_iter().map(|image| view! { <Card image plan /> }).collect_view();
        view! { <div class="choice-cards">{cards}</div> }.into_any()
    };
    view! {
        <Section title=tr!(launch.start_from) names=&["image"] refused>
            {body}
            <Sources plan />
            <OnVolume plan refused />
        </Section>
    }
}

#[component]
fn Card(image: Image, plan: Plan) -> impl IntoView {
    let facts = [
        size(&image),
        (image.min_ram > 0).then(|| tr!(launch.needs_ram, needed = sizes::mib(image.min_ram))),
        (image.min_disk > 0).then(|| tr!(launch.needs_disk, needed = sizes::gib(image.min_disk))),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! { <Choice value=image.id.to_string() name=image.name facts about=image.description plan /> }
}

/// A card of something that an instance can start from.
#[component]
pub fn Choice(
    value: String,
    name: String,
    facts: String,
    #[prop(optional_no_strip)] about: Option<String>,
    plan: Plan,
) -> impl IntoView {
    let checked = plan.form.with_untracked(|form| form.image == value);
    view! {
        <label class="choice">
            <input type="radio" name="image" value=value checked=checked required />
            <span class="choice-text">
                <strong>{name}</strong>
                <span class="quiet">{facts}</span>
                {about.map(|text| view! { <span class="quiet">{text}</span> })}
            </span>
        </label>
    }
}
