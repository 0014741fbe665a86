//! An instance's volumes.

use serde_json::json;

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::volume_attachments::{AttachVolume, DetachVolume};
use crate::model::Result;

/// Since then it can be said that a volume goes with its instance.
const GOES_WITH_IT: &str = "2.79";

impl Form for AttachVolume {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let (instance, wanted) = self.form.command()?;
        let (goes, device) = (wanted.delete_on_termination, wanted.device.as_ref());
        let cli = match goes {
            true => Cli::compute(GOES_WITH_IT, "server add volume").flag("--enable-delete-on-termination"),
            false => Cli::new("server add volume"),
        };
        let command = cli.maybe("--device", device).arg(&instance).arg(&wanted.volume_id);
        let body = Body::of([("volumeId", json!(wanted.volume_id))])
            .maybe("device", wanted.device.as_deref())
            .maybe("delete_on_termination", goes.then_some(true));
        let call = Call::compute("POST", format!("servers/{instance}/os-volume_attachments"));
        let call = if goes { call.microversion(GOES_WITH_IT) } else { call };
        let block = Block::resource("openstack_compute_volume_attach_v2", "", "attachment")
            .set("instance_id", instance.as_str())
            .set("volume_id", wanted.volume_id.as_str())
            .maybe("device", device);
        Ok(Wish::new(command, call.json(body.named("volumeAttachment")), made(&[block])))
    }
}

impl Form for DetachVolume {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let command = Cli::new("server remove volume").arg(&self.instance).arg(&self.volume);
        let path = format!("servers/{}/os-volume_attachments/{}", self.instance, self.volume);
        Ok(Wish::new(command, Call::compute("DELETE", path), deleted()))
    }
}
