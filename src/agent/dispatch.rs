//! Messages of topic `compute.<host>`.

use std::sync::Arc;

use async_trait::async_trait;

use super::compute::{Consoles, Host, Owners, Work, console_log};
use super::volume;
use crate::bus::contract::{ComputeMessage, ConsoleLog};
use crate::bus::{self, Envelope, Handler, Outcome};
use crate::model::{Reason, Result};

/// Hands each message to whoever answers for it.
pub struct ComputeHandler {
    pub host: Arc<Host>,
    pub owners: Arc<Owners>,
    pub consoles: Arc<Consoles>,
}

#[async_trait]
impl Handler for ComputeHandler {
    async fn handle(&self, message: Envelope) -> Outcome {
        match message.open() {
            Ok(ComputeMessage::Build { instance_id, request_id, token }) => {
                self.owners.submit(&instance_id, Work::Build { request_id, token }).await
            }
            Ok(ComputeMessage::Act { instance_id, request_id, verb, token }) => {
                self.owners.submit(&instance_id, Work::Act { request_id, verb, token }).await
            }
            Ok(ComputeMessage::ConsoleLog { instance_id, max_bytes }) => {
                let text = console_log(&self.host, &instance_id, max_bytes).await;
                reply(text.map(|text| ConsoleLog { text }))
            }
            Ok(ComputeMessage::OpenConsole { instance_id }) => reply(self.consoles.admit(&instance_id).await),
            Ok(ComputeMessage::Rewire { instance_id, request_id, without }) => {
                self.owners.submit(&instance_id, Work::Rewire { request_id, without }).await
            }
            Ok(ComputeMessage::Volumes { instance_id, request_id }) => {
                self.owners.submit(&instance_id, Work::Volumes { request_id }).await
            }
            Ok(ComputeMessage::Volume { .. } | ComputeMessage::ExportVolume { .. })
                if !self.host.hypervisor.runs_guests() =>
            {
                let why = "this host keeps no volumes".to_owned();
                Outcome::Done(Err(Reason::VolumeCannot { what: "A volume".into(), why }))
            }
            Ok(ComputeMessage::Volume { volume_id, request_id, token }) => {
                volume::run(&self.host, &volume_id, &request_id, token.as_deref()).await
            }
            Ok(ComputeMessage::ExportVolume { volume_id, .. }) => reply(volume::serve(&self.host, &volume_id).await),
            Err(error) => Outcome::Done(Err(error.into())),
        }
    }
}

fn reply<T: serde::Serialize>(result: Result<T>) -> Outcome {
    match result {
        Ok(value) => bus::answer(&value),
        Err(error) => Outcome::Done(Err(error.reason)),
    }
}
