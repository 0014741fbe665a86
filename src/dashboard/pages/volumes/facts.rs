//! What a volume is.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::sizes;
use crate::model::volume::{Volume, VolumeSource};

/// Its properties, and what its image said of itself.
#[component]
pub fn Facts(volume: Volume) -> impl IntoView {
    let truth = |so: bool| if so { tr!(common.yes) } else { tr!(common.no) };
    let id = volume.id.to_string();
    let from = match &volume.source {
        VolumeSource::Empty => tr!(volumes.from_nothing).into_any(),
        VolumeSource::Image { image_id } => {
            let name = volume.image_metadata.get("image_name").cloned();
            let name = name.unwrap_or_else(|| tr!(volumes.from_image).to_owned());
            view! { <a href=format!("/images/{image_id}")>{name}</a> }.into_any()
        }
        VolumeSource::Volume { volume_id } => {
            view! { <a href=format!("/volumes/{volume_id}")>{tr!(volumes.from_volume)}</a> }.into_any()
        }
        VolumeSource::Snapshot { snapshot_id, .. } => {
            view! { <a href=format!("/snapshots/{snapshot_id}")>{tr!(volumes.from_snapshot)}</a> }.into_any()
        }
    };
    let told = volume.image_metadata.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
    let told = (!told.is_empty()).then(|| {
        let lines =
            told.into_iter().map(|(name, value)| view! { <Property label=name><code>{value}</code></Property> });
        view! { <h2>{tr!(volumes.image_metadata)}</h2><Properties>{lines.collect_view()}</Properties> }
    });
    view! {
        <Properties>
            {volume.description.map(|text| view! { <Property label=tr!(common.description)>{text}</Property> })}
            <Property label=tr!(common.id) copy=id.clone()><code>{id}</code></Property>
            <Property label=tr!(volumes.size)>{sizes::gib(volume.size_gb)}</Property>
            <Property label=tr!(volumes.kind)>{volume.type_name}</Property>
            <Property label=tr!(volumes.made_from)>{from}</Property>
            <Property label=tr!(volumes.bootable)>{truth(volume.bootable)}</Property>
            <Property label=tr!(volumes.read_only)>{truth(volume.read_only)}</Property>
            <Property label=tr!(volumes.zone)>{volume.availability_zone}</Property>
            <Property label=tr!(common.created)><Time at=volume.created_at /></Property>
            <Property label=tr!(common.updated)><Time at=volume.updated_at /></Property>
        </Properties>
        {told}
    }
}
