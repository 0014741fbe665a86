//! All images that the project may use.

use leptos::prelude::*;

use super::facts::{needs, size, visibility};
use super::state::ImageState;
use super::upload::Upload;
use crate::dashboard::api::images::{DeleteImage, can_import, images};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::volumes::create_from;
use crate::dashboard::reason::explain;
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::image::{Image, ImageStatus};
use crate::model::volume::FillFrom;
use crate::model::{Error, Noun};

/// The list, with the upload form.
#[component]
pub fn ImagesPage() -> impl IntoView {
    let session = use_session();
    let delete = ServerAction::<DeleteImage>::new();
    let changed = use_live().any(Noun::Image);
    let uploaded = RwSignal::new(0_usize);
    let list = Resource::new(move || (changed.get(), delete.version().get(), uploaded.get()), |_| images());
    let importing = Resource::new(|| (), |()| can_import());
    view! {
        <PageHeader title=tr!(images.title) />
        <p class="lead">{tr!(images.lead)}</p>
        <ErrorSummary refused=refused(delete) />
        <Transition>
            {move || {
                let is_admin = session.me.get().and_then(Result::ok).is_some_and(|me| me.is_admin);
                let can_import = importing.get().and_then(Result::ok).unwrap_or_default();
                view! { <Upload why_not=session.no_write() is_admin can_import refused_before=from_address() uploaded /> }
            }}
        </Transition>
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, list.await) {
                    (Ok(me), Ok(rows)) => view! { <Rows rows me delete /> }.into_any(),
                    (_, Err(error)) => view! { <ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
    }
}

/// The refusal that an upload without script brings in the address.
fn from_address() -> Option<Error> {
    let text = query::param("error").get();
    serde_json::from_str(&text).ok()
}

#[component]
fn Rows(rows: Vec<Image>, me: Me, delete: ServerAction<DeleteImage>) -> impl IntoView {
    if rows.is_empty() {
        let kind = Empty::Nothing {
            title: tr!(images.empty).to_owned(),
            text: tr!(images.empty_text).to_owned(),
            action: None,
        };
        return view! { <EmptyState kind picture=Picture::Image /> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(common.status)),
        Column::new(tr!(images.visibility)),
        Column::new(tr!(images.format)),
        Column::new(tr!(images.size)).number(),
        Column::new(tr!(images.needs)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let rows = rows.into_iter().map(|image| view! { <Row image me=me.clone() delete /> }).collect_view();
    view! { <Table caption=tr!(images.title) columns>{rows}</Table> }.into_any()
}

#[component]
fn Row(image: Image, me: Me, delete: ServerAction<DeleteImage>) -> impl IntoView {
    let id = image.id.to_string();
    let mine = image.owner == me.project.id;
    let volume = create_from(&FillFrom::Image(image.id.clone()));
    let launch = (image.status != ImageStatus::Active).then(|| tr!(images.not_ready).to_owned());
    let no_disk = launch.clone().or_else(|| image.holds_a_disk().err().map(|reason| explain(&reason).line()));
    view! {
        <tr>
            <th scope="row"><a href=format!("/images/{id}")>{image.name.clone()}</a></th>
            <td><ImageState status=image.status fault=image.fault.clone() progress=image.progress /></td>
            <td>
                {visibility(image.visibility)}
                {mine.then(|| view! { <span class="quiet">{format!(" · {}", tr!(images.mine))}</span> })}
            </td>
            <td>{image.disk_format.map(|format| format.as_str())}</td>
            <td class="number">{size(&image)}</td>
            <td>{needs(&image)}</td>
            <td class="actions">
                <ButtonLink href=format!("/launch?image={id}") label=tr!(images.launch) look=Look::Quiet why_not=launch />
                <ButtonLink href=volume label=tr!(volumes.create) look=Look::Quiet why_not=no_disk />
                <DeleteImageButton image me delete look=Look::Quiet />
            </td>
        </tr>
    }
}

/// The button and its question; says why where it is not allowed.
#[component]
pub(super) fn DeleteImageButton(
    image: Image,
    me: Me,
    delete: ServerAction<DeleteImage>,
    #[prop(default = Look::Danger)] look: Look,
) -> impl IntoView {
    let why_not =
        why_not_change(&image, &me).or_else(|| image.protected.then(|| tr!(images.protected_stays).to_owned()));
    let Image { id, name, .. } = image;
    view! {
        <Confirm
            id=format!("delete-{id}")
            label=tr!(common.delete)
            look
            icon=Picture::Delete
            why_not
            title=tr!(common.delete_named, name = name.clone())
            done=delete.version()
        >
            <p>{tr!(images.delete_text)}</p>
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="name" value=name />
                <Submit label=tr!(common.delete) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}

/// Why this person cannot change the image, if so.
pub(super) fn why_not_change(image: &Image, me: &Me) -> Option<String> {
    match (me.can_write, me.is_admin || image.owner == me.project.id) {
        (false, _) => Some(tr!(common.needs_member).to_owned()),
        (_, false) => Some(tr!(images.not_yours).to_owned()),
        _ => None,
    }
}
