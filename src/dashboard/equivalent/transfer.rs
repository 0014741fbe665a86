//! Volumes on their way to other projects.

use serde_json::json;

use super::Form;
use super::call::{Call, segment};
use super::cli::Cli;
use super::shell::MASK;
use super::wish::{Wish, deed};
use crate::control::Ctx;
use crate::dashboard::api::transfers::{AcceptVolume, CallOff, OfferVolume, transfer_of};
use crate::model::Result;

/// Since then transfers are at this path, and take snapshots along.
const TRANSFERS: &str = "3.55";

impl Form for OfferVolume {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let body = json!({ "transfer": { "volume_id": self.volume } });
        let call = Call::volume(ctx, "POST", "volume-transfers").version_of("volume", TRANSFERS).json(body);
        Ok(Wish::new(Cli::new("volume transfer request create").arg(&self.volume), call, deed()))
    }
}

impl Form for CallOff {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let id = transfer_of(ctx, &self.volume).await?.id;
        let call = Call::volume(ctx, "DELETE", format!("volume-transfers/{id}")).version_of("volume", TRANSFERS);
        Ok(Wish::new(Cli::new("volume transfer request delete").arg(&id), call, deed()))
    }
}

impl Form for AcceptVolume {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let id = self.checked()?.transfer;
        let command = Cli::new("volume transfer request accept").option("--auth-key", MASK).arg(&id);
        let call = Call::volume(ctx, "POST", format!("volume-transfers/{}/accept", segment(&id)))
            .version_of("volume", TRANSFERS)
            .json(json!({ "accept": { "auth_key": MASK } }));
        Ok(Wish::new(command, call, deed()))
    }
}
