//! One image: what it is, what it needs, and what can be done with it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::edit::Edit;
use super::facts::{needs, size, visibility};
use super::list::{DeleteImageButton, why_not_change};
use super::state::ImageState;
use crate::dashboard::api::images::{DeleteImage, UpdateImage, image};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::dashboard::sizes;
use crate::model::Noun;
use crate::model::identity::Me;
use crate::model::image::{Image, ImageStatus};

/// Properties, the edit form, launch and delete.
#[component]
pub fn ImagePage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let (update, delete) = (ServerAction::<UpdateImage>::new(), ServerAction::<DeleteImage>::new());
    let loaded = Resource::new(
        move || {
            let id = id.get();
            (live.one(Noun::Image, &id).get(), update.version().get(), id)
        },
        |(.., id)| image(id.into()),
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, loaded.await) {
                    (Ok(me), Ok(image)) => view! {
                        <Header image=image.clone() me delete />
                        <ErrorSummary refused=refused(delete) />
                        <Facts image />
                    }
                    .into_any(),
                    (_, Err(error)) => view! { <PageHeader title=tr!(images.title) /><ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
        <Transition>
            {move || {
                let me = session.me.get().and_then(Result::ok);
                let image = loaded.get().and_then(Result::ok);
                me.zip(image).map(|(me, image)| {
                    let why_not = why_not_change(&image, &me);
                    view! { <Edit image is_admin=me.is_admin action=update why_not /> }
                })
            }}
        </Transition>
    }
}

#[component]
fn Header(image: Image, me: Me, delete: ServerAction<DeleteImage>) -> impl IntoView {
    let crumbs = vec![Crumb::new(tr!(images.title), "/images")];
    let (status, fault, progress) = (image.status, image.fault.clone(), image.progress);
    let beside = move || view! { <ImageState status fault=fault.clone() progress /> };
    let launch = (status != ImageStatus::Active).then(|| tr!(images.not_ready).to_owned());
    view! {
        <PageHeader title=image.name.clone() crumbs beside>
            <ButtonLink href=format!("/launch?image={}", image.id) label=tr!(images.launch) look=Look::Primary icon=Picture::Start why_not=launch />
            <DeleteImageButton image me delete />
        </PageHeader>
    }
}

#[component]
fn Facts(image: Image) -> impl IntoView {
    let line = |label: &'static str, text: Option<String>| {
        text.filter(|text| !text.is_empty()).map(|text| view! { <Property label>{text}</Property> })
    };
    let code = |label: &'static str, text: Option<String>| {
        text.map(|text| view! { <Property label copy=text.clone()><code>{text}</code></Property> })
    };
    let needs = needs(&image);
    let properties = image.properties.clone();
    let properties = (!properties.is_empty()).then(|| {
        let lines = properties.into_iter().map(|(name, value)| {
            view! { <Property label=name><code>{value}</code></Property> }
        });
        view! { <h2>{tr!(images.properties)}</h2><Properties>{lines.collect_view()}</Properties> }
    });
    view! {
        <Properties>
            {line(tr!(common.description), image.description.clone())}
            {code(tr!(common.id), Some(image.id.to_string()))}
            {line(tr!(images.visibility), Some(visibility(image.visibility).to_owned()))}
            {line(tr!(images.protected), Some(if image.protected { tr!(common.yes) } else { tr!(common.no) }.to_owned()))}
            {line(tr!(images.format), image.disk_format.map(|format| format.to_string()))}
            {line(tr!(images.size), size(&image))}
            {line(tr!(images.virtual_size), image.virtual_size.map(sizes::bytes))}
            {line(tr!(images.needs), Some(needs))}
            {code(tr!(images.sha256), image.sha256.clone())}
            {code(tr!(images.md5), image.checksum.clone())}
            <Property label=tr!(common.created)><Time at=image.created_at /></Property>
            <Property label=tr!(common.updated)><Time at=image.updated_at /></Property>
        </Properties>
        {properties}
    }
}
