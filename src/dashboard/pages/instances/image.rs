//! Making an image of an instance.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::dashboard::api::instances::CreateServerImage;
use crate::dashboard::components::{AsCommand, Dialog, Look, Submit, TextField, refused};
use crate::dashboard::i18n::tr;
use crate::model::instance::Instance;

/// Asks how the image is to be called.
#[component]
pub fn ImageDialog(instance: Instance, image: ServerAction<CreateServerImage>) -> impl IntoView {
    let title = tr!(instances.create_image_named, name = instance.name.clone());
    let refused = refused(image);
    let text = match instance.image {
        Some(_) => tr!(instances.create_image_text),
        None => tr!(instances.create_image_of_volumes_text),
    };
    view! {
        <Dialog id="image" title done=Some(image.version().into())>
            <p>{text}</p>
            <ActionForm action=image>
                <input type="hidden" name="id" value=instance.id.to_string() />
                <TextField name="name" label=tr!(instances.image_name) value=instance.name required=true refused scope="image-" />
                <Submit label=tr!(instances.create_image) look=Look::Primary busy=image.pending() />
                <AsCommand />
            </ActionForm>
        </Dialog>
    }
}
