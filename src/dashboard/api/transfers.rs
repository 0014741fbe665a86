//! Volumes on their way to other projects.

use leptos::prelude::*;
use leptos::server_fn::Http;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use super::once::{Once, OnceFile, told_once};
#[cfg(feature = "ssr")]
use super::*;
use crate::model::{Error, VolumeId};
#[cfg(feature = "ssr")]
use crate::{
    control::Ctx,
    model::volume::Transfer,
    model::{Noun, Reason},
};

/// What another project must be told to take a volume over. The key is not kept, and cannot be had again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub transfer: String,
    pub auth_key: String,
}

impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Offer").field("transfer", &self.transfer).finish_non_exhaustive()
    }
}

impl Once for Offer {
    #[cfg(feature = "ssr")]
    fn file(self) -> (&'static str, String) {
        ("text/plain", format!("transfer {}\nkey {}\n", self.transfer, self.auth_key))
    }
}
told_once!(Offer);

/// Offers a volume to whoever is told the key. A plain form's browser gets it as a file to save.
#[server(endpoint = "volumes/offer", protocol = Http<PostUrl, OnceFile>)]
pub async fn offer_volume(volume: VolumeId) -> Result<Offer, Error> {
    answer(async {
        let (transfer, auth_key) = services()?.volume.create_transfer(&ctx()?, &volume, "", false).await?;
        if plain_form() {
            download(&format!("transfer-{}.txt", transfer.id));
        }
        Ok(Offer { transfer: transfer.id, auth_key })
    })
    .await
}

/// Calls the offer of a volume off.
#[server(endpoint = "volumes/call-off")]
pub async fn call_off(volume: VolumeId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        let ctx = ctx()?;
        let transfer = transfer_of(&ctx, &volume).await?;
        services()?.volume.delete_transfer(&ctx, &transfer.id).await?;
        done(&volumes::page(&volume), "done", &name);
        Ok(())
    })
    .await
}

/// The transfer by which the project offers a volume.
#[cfg(feature = "ssr")]
pub(in crate::dashboard) async fn transfer_of(ctx: &Ctx, volume: &VolumeId) -> Result<Transfer, Error> {
    let transfers = services()?.volume.transfers(ctx, false).await?;
    let found = transfers.into_iter().find(|transfer| transfer.volume_id == *volume);
    found.ok_or_else(|| Error::not_found(Noun::Volume, volume.as_str()))
}

/// Takes a volume over from the project that offers it.
#[server(endpoint = "volumes/accept")]
pub async fn accept_volume(transfer: String, auth_key: String) -> Result<(), Error> {
    answer(async {
        let form = AcceptVolume { transfer, auth_key }.checked()?;
        let taken = services()?.volume.accept_transfer(&ctx()?, &form.transfer, &form.auth_key).await;
        let taken = taken.map_err(|refusal| match refusal.reason {
            Reason::NotFound { .. } => refusal.at("transfer"),
            _ => refusal,
        })?;
        done("/volumes", "done", &taken.id);
        Ok(())
    })
    .await
}

#[cfg(feature = "ssr")]
impl AcceptVolume {
    /// The fields without the space that copying brings along.
    ///
    /// # Errors
    /// On the field that is empty.
    pub(in crate::dashboard) fn checked(self) -> Result<Self, Error> {
        let filled = |field: &str, text: &str| {
            form::optional(text).ok_or_else(|| Error::on(field, Reason::Required { field: field.to_owned() }))
        };
        Ok(Self { transfer: filled("transfer", &self.transfer)?, auth_key: filled("auth_key", &self.auth_key)? })
    }
}
