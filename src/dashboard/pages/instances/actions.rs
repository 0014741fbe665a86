//! The buttons at the head of an instance's page.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::image::ImageDialog;
use super::network::NetworkLinks;
use super::verbs::{DIRECT, DeleteForm, VerbForm, VerbsAsCommands, why_not};
use super::volumes::VolumesLink;
use crate::dashboard::api::instances::{Act, CreateServerImage, Rename};
use crate::dashboard::api::launch::LaunchForm;
use crate::dashboard::components::{
    AsCommand, AsCommandOpener, Dialog, Look, Menu, Opener, Picture, SelectField, Submit, TextField, refused,
};
use crate::dashboard::i18n::tr;
use crate::dashboard::words::{capital, verb as word};
use crate::model::image::{Image, ImageStatus};
use crate::model::instance::Instance;
use crate::model::state::{Verb, VmState};

/// The likeliest verbs as buttons, the others in a menu; what asks a question opens a dialog.
#[component]
pub fn Actions(
    instance: Instance,
    act: ServerAction<Act>,
    rename: ServerAction<Rename>,
    image: ServerAction<CreateServerImage>,
    images: Vec<Image>,
    no_write: Option<String>,
) -> impl IntoView {
    let likeliest: &'static [Verb] = match instance.vm_state {
        VmState::Stopped => &[Verb::Start],
        VmState::Paused => &[Verb::Unpause],
        VmState::Suspended => &[Verb::Resume],
        _ => &[Verb::Stop, Verb::Reboot],
    };
    let no_delete = why_not(Verb::Delete, &instance, no_write.clone());
    view! {
        <VerbForm instance=instance.clone() act verbs=likeliest look=Look::Plain no_write=no_write.clone() />
        <Opener dialog="delete" label=tr!(common.delete) look=Look::Danger icon=Some(Picture::Delete) why_not=no_delete />
        <More instance=instance.clone() act no_write />
        <VerbsAsCommands id="commands" instance=instance.clone() />
        <DeleteDialog instance=instance.clone() act />
        <RebuildDialog instance=instance.clone() act images />
        <ImageDialog instance=instance.clone() image />
        <RenameDialog instance rename />
    }
}

/// Every verb, and what else can be done.
#[component]
fn More(instance: Instance, act: ServerAction<Act>, no_write: Option<String>) -> impl IntoView {
    let label = tr!(common.actions_for, name = instance.name.clone());
    let no_rebuild = why_not(Verb::Rebuild, &instance, no_write.clone());
    let no_image = why_not(Verb::CreateImage, &instance, no_write.clone());
    let instance_id = instance.id.clone();
    let launch_like = LaunchForm::like(&instance).address();
    view! {
        <Menu id="more" label>
            <VerbForm instance act verbs=&DIRECT no_write=no_write.clone() />
            <Opener dialog="rebuild" label=capital(word(Verb::Rebuild)) look=Look::Quiet icon=Some(Picture::Reboot) why_not=no_rebuild />
            <Opener dialog="image" label=tr!(instances.create_image) look=Look::Quiet icon=Some(Picture::Snapshot) why_not=no_image />
            <Opener dialog="rename" label=tr!(instances.rename) look=Look::Quiet icon=Some(Picture::Edit) why_not=no_write />
            <NetworkLinks instance_id=instance_id.clone() />
            <VolumesLink instance_id />
            <a class="btn quiet" href=launch_like>{tr!(instances.launch_like)}</a>
            <AsCommandOpener dialog="commands" />
        </Menu>
    }
}

#[component]
fn DeleteDialog(instance: Instance, act: ServerAction<Act>) -> impl IntoView {
    let title = tr!(common.delete_named, name = instance.name.clone());
    view! {
        <Dialog id="delete" title done=Some(act.version().into())>
            <DeleteForm instance act next="/instances" />
        </Dialog>
    }
}

#[component]
fn RenameDialog(instance: Instance, rename: ServerAction<Rename>) -> impl IntoView {
    let title = tr!(instances.rename_named, name = instance.name.clone());
    let refused = refused(rename);
    let description = instance.description.unwrap_or_default();
    view! {
        <Dialog id="rename" title done=Some(rename.version().into())>
            <ActionForm action=rename>
                <input type="hidden" name="id" value=instance.id.to_string() />
                <TextField name="name" label=tr!(common.name) value=instance.name required=true refused scope="rename-" />
                <TextField name="description" label=tr!(common.description) value=description optional=true refused scope="rename-" />
                <Submit label=tr!(common.save) look=Look::Primary busy=rename.pending() />
                <AsCommand />
            </ActionForm>
        </Dialog>
    }
}

#[component]
fn RebuildDialog(instance: Instance, act: ServerAction<Act>, images: Vec<Image>) -> impl IntoView {
    let title = tr!(instances.rebuild_named, name = instance.name.clone());
    view! {
        <Dialog id="rebuild" title done=Some(act.version().into())>
            <RebuildForm instance act images />
        </Dialog>
    }
}

/// Which image the instance starts over from.
#[component]
fn RebuildForm(instance: Instance, act: ServerAction<Act>, images: Vec<Image>) -> impl IntoView {
    let current = instance.image.as_ref().map(|image| image.id.to_string()).unwrap_or_default();
    let usable = images.into_iter().filter(|image| image.status == ImageStatus::Active);
    let options = usable.map(|image| (image.id.to_string(), image.name)).collect::<Vec<_>>();
    view! {
        <p>{tr!(instances.rebuild_text)}</p>
        <ActionForm action=act>
            <input type="hidden" name="id" value=instance.id.to_string() />
            <input type="hidden" name="verb" value=Verb::Rebuild.to_string() />
            <SelectField name="image" label=tr!(instances.image) options value=current scope="rebuild-" />
            <Submit label=tr!(instances.rebuild_named, name = instance.name) look=Look::Danger icon=Picture::Reboot />
            <AsCommand />
        </ActionForm>
    }
}
