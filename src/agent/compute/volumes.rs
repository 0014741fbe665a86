//! The volumes of a launch: those that are there, and those that are made for it.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Host;
use super::attachments::{disk_of, refuse_second};
use super::hypervisor::DomainVolume;
use crate::agent::rest::Caller;
use crate::agent::volume;
use crate::bus::contract::{AttachmentPlan, InstanceSpec, VolumeAt};
use crate::model::volume::VolumeStatus;
use crate::model::{Reason, Result};

/// How long a launch waits for a volume that another host makes or serves, and how often it looks.
const THERE_WITHIN: Duration = Duration::from_secs(1800);
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Collects the volumes that an instance was asked to have.
pub struct Collection<'a> {
    pub host: &'a Host,
    pub spec: &'a InstanceSpec,
    pub caller: Caller<'a>,
}

/// What was collected.
#[derive(Debug, PartialEq)]
pub struct Collected {
    pub disks: Vec<DomainVolume>,
    /// Those that were made for this launch.
    made: Vec<String>,
}

impl Collection<'_> {
    /// Asks the volume service for them.
    ///
    /// # Errors
    /// As the volume service's.
    pub async fn ask(&self) -> Result<Vec<AttachmentPlan>> {
        self.host.rest.attachments(self.caller, &self.spec.project_id, &self.spec.instance_id).await
    }

    /// Makes those that are to be made here, and waits for the others.
    ///
    /// # Errors
    /// When one cannot be made, or is not there in time.
    pub async fn bring(&self, plans: Vec<AttachmentPlan>) -> Result<Collected> {
        let mut made = Vec::new();
        for plan in plans.iter().filter(|plan| is_to_be_made(plan) && self.lies_here(plan)) {
            volume::bring(self.host, &plan.volume_id, &self.spec.instance_id, self.caller).await?;
            made.push(plan.device.clone());
        }
        let plans = if made.is_empty() { plans } else { self.ask().await? };
        let disks = self.until_there(plans).await?;
        for disk in &disks {
            refuse_second(self.host, &self.spec.instance_id, &disk.volume_id).await?;
        }
        Ok(Collected { disks, made })
    }

    /// Whether this host is the one to make it.
    fn lies_here(&self, plan: &AttachmentPlan) -> bool {
        match &plan.at {
            VolumeAt::File => true,
            VolumeAt::Rbd { host, .. } => host == self.host.conductor.host(),
            VolumeAt::Nbd { .. } => false,
        }
    }

    async fn until_there(&self, mut plans: Vec<AttachmentPlan>) -> Result<Vec<DomainVolume>> {
        let began = Instant::now();
        loop {
            if let Some(broken) = plans.iter().find(|plan| plan.volume_status == VolumeStatus::Error) {
                return Err(not_there(broken).into());
            }
            let disks: Vec<_> = plans.iter().map_while(|plan| disk_of(self.host, plan)).collect();
            match plans.get(disks.len()) {
                None => return Ok(disks),
                Some(plan) if began.elapsed() >= THERE_WITHIN => return Err(not_there(plan).into()),
                Some(_) => sleep(LOOK_EVERY).await,
            }
            plans = self.ask().await?;
        }
    }
}

impl Collected {
    /// Which they are, for the timeline.
    pub fn describe(&self) -> String {
        let how = |device: &String| if self.made.contains(device) { ", made now" } else { "" };
        let describe = |disk: &DomainVolume| format!("{}: {}{}", disk.device, disk.volume_id, how(&disk.device));
        let told: Vec<_> = self.disks.iter().map(describe).collect();
        if told.is_empty() { "volumes: 0".to_owned() } else { told.join("; ") }
    }
}

fn is_to_be_made(plan: &AttachmentPlan) -> bool {
    matches!(plan.volume_status, VolumeStatus::Creating | VolumeStatus::Downloading)
}

fn not_there(plan: &AttachmentPlan) -> Reason {
    Reason::VolumeState {
        verb: "attach".into(),
        id: plan.volume_id.to_string(),
        status: plan.volume_status.to_string(),
    }
}
