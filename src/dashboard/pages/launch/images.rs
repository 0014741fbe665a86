//! What to start from.

use leptos::prelude::*;

use super::plan::Plan;
use super::section::Section;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::sizes;
use crate::model::image::Image;

/// A card for each image.
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
    view! { <Section title=tr!(launch.image) names=&["image"] refused>{body}</Section> }
}

#[component]
fn Card(image: Image, plan: Plan) -> impl IntoView {
    let checked = plan.form.with_untracked(|form| form.image == image.id.as_str());
    let facts = [
        image.size.map(sizes::bytes),
        (image.min_ram > 0).then(|| tr!(launch.needs_ram, needed = sizes::mib(image.min_ram))),
        (image.min_disk > 0).then(|| tr!(launch.needs_disk, needed = sizes::gib(image.min_disk))),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <label class="choice">
            <input type="radio" name="image" value=image.id.to_string() checked=checked required />
            <span class="choice-text">
                <strong>{image.name}</strong>
                <span class="quiet">{facts}</span>
                {image.description.map(|text| view! { <span class="quiet">{text}</span> })}
            </span>
        </label>
    }
}
