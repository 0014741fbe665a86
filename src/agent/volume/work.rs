//! What the records want of a volume in this host's pool.

use super::backend::Monitors;
use super::{making, monitor, sending};
use crate::agent::compute::{Host, users_of};
use crate::agent::conductor::{Answer, Unanswered};
use crate::agent::percent::Percent;
use crate::agent::rest::Caller;
use crate::bus::contract::{SnapshotPlan, VolumeNews, VolumePlan};
use crate::bus::{self, Outcome};
use crate::model::volume::{SnapshotStatus, VolumeStatus};
use crate::model::{Error, InstanceId, Reason, Result, VolumeId};

/// Does what the records want of a volume, and tells what became of it. May be repeated at any point.
pub async fn run(host: &Host, id: &VolumeId, request_id: &str, token: Option<&str>) -> Outcome {
    let caller = token.map(|token| Caller { token, request_id, instance: None });
    match attempt(host, id, request_id, caller).await {
        Ok(_) => bus::answer(&()),
        Err(Unanswered::Silent(reason)) => Outcome::after(&reason, reason.to_string()),
        Err(Unanswered::Refused(reason)) => {
            tracing::info!(volume = %id, request_id, %reason, "the records do not wait for this");
            bus::answer(&())
        }
    }
}

/// The same for an instance that is being built and is to have the volume.
///
/// # Errors
/// When the volume is not what the records want it to be.
pub async fn bring(host: &Host, id: &VolumeId, instance: &InstanceId, caller: Caller<'_>) -> Result<()> {
    let caller = Caller { instance: Some(instance), ..caller };
    attempt(host, id, caller.request_id, Some(caller)).await?
}

/// The inner result is what became of the volume itself, which the records know by then.
async fn attempt(host: &Host, id: &VolumeId, request_id: &str, caller: Option<Caller<'_>>) -> Answer<Result<()>> {
    let _work = host.volumes.work.hold(id).await;
    let Some(plan) = host.conductor.volume(id, request_id).await? else {
        return Ok(Ok(()));
    };
    let work = Work { host, plan: &plan, request_id, caller };
    let done = work.on_volume().await?;
    for snapshot in &plan.snapshots {
        work.on_snapshot(snapshot).await?;
    }
    Ok(done)
}

struct Work<'a> {
    host: &'a Host,
    plan: &'a VolumePlan,
    request_id: &'a str,
    caller: Option<Caller<'a>>,
}

impl Work<'_> {
    async fn on_volume(&self) -> Answer<Result<()>> {
        let status = self.plan.status;
        let done = match status {
            VolumeStatus::Creating | VolumeStatus::Downloading => self.make().await,
            VolumeStatus::Extending => self.extend().await,
            VolumeStatus::Uploading => self.send().await,
            VolumeStatus::Deleting => self.delete().await,
            _ => return Ok(Ok(())),
        };
        match &done {
            Ok(()) => self.tell(VolumeNews::Done { status }).await?,
            Err(error) => self.tell(VolumeNews::Failed { status, reason: self.reason_of(error) }).await?,
        }
        Ok(done)
    }

    async fn on_snapshot(&self, snapshot: &SnapshotPlan) -> Answer<()> {
        let SnapshotPlan { snapshot_id, status } = snapshot.clone();
        let done = match status {
            SnapshotStatus::Creating => self.take(snapshot).await,
            SnapshotStatus::Deleting => self.forget(snapshot).await,
            _ => return Ok(()),
        };
        match done {
            Ok(()) => self.tell(VolumeNews::SnapshotDone { snapshot_id, status }).await,
            Err(error) => {
                let reason = self.reason_of(&error);
                self.tell(VolumeNews::SnapshotFailed { snapshot_id, status, reason }).await
            }
        }
    }

    async fn make(&self) -> Result<()> {
        if self.host.volumes.backend.has(&self.plan.volume_id).await? {
            return Ok(());
        }
        let percent = Percent::default();
        self.telling(&percent, making::make(self.host, self.plan, self.caller, &percent)).await
    }

    async fn send(&self) -> Result<()> {
        let percent = Percent::default();
        self.telling(&percent, sending::send(self.host, self.plan, self.caller, &percent)).await
    }

    async fn extend(&self) -> Result<()> {
        let pool = &self.host.volumes;
        let VolumePlan { volume_id, size_gb, .. } = self.plan;
        let _data = pool.data(volume_id).await;
        if self.is_used_elsewhere().await? {
            let what = "Extending the volume while an instance on another host has it".to_owned();
            let why = "that instance would not learn of it; detach it first".to_owned();
            return Err(Reason::VolumeCannot { what, why }.into());
        }
        // One is left for a while of an instance that had it.
        pool.exports.close(volume_id).await?;
        let monitors = monitor::of_volume(self.host, volume_id).await?;
        refuse_online(pool.backend.capabilities().online_extend, "Extending", &monitors)?;
        pool.backend.extend(volume_id, *size_gb, &monitors).await
    }

    /// Whether an instance has it that is none of this host's.
    async fn is_used_elsewhere(&self) -> Result<bool> {
        let here = users_of(&self.host.layout, &self.plan.volume_id).await?;
        Ok(self.plan.users.iter().any(|user| !here.contains(user)))
    }

    async fn delete(&self) -> Result<()> {
        let pool = &self.host.volumes;
        let id = &self.plan.volume_id;
        let _data = pool.data(id).await;
        refuse_used(self.host, id, "Deleting the volume").await?;
        pool.exports.close(id).await?;
        pool.backend.delete(id).await
    }

    async fn take(&self, snapshot: &SnapshotPlan) -> Result<()> {
        let pool = &self.host.volumes;
        let id = &self.plan.volume_id;
        let _data = pool.data(id).await;
        let monitors = monitor::of_volume(self.host, id).await?;
        refuse_online(pool.backend.capabilities().online_snapshot, "A snapshot", &monitors)?;
        pool.backend.snapshot(id, &snapshot.snapshot_id, &monitors).await
    }

    async fn forget(&self, snapshot: &SnapshotPlan) -> Result<()> {
        let pool = &self.host.volumes;
        let id = &self.plan.volume_id;
        let _read = pool.snapshots.hold(&snapshot.snapshot_id).await;
        let _data = pool.data(id).await;
        let monitors = monitor::of_volume(self.host, id).await?;
        refuse_online(pool.backend.capabilities().online_snapshot, "Deleting a snapshot", &monitors)?;
        pool.backend.delete_snapshot(id, &snapshot.snapshot_id, &monitors).await
    }

    /// Does the work, and tells now and then how far it is.
    async fn telling(&self, percent: &Percent, work: impl Future<Output = Result<()>>) -> Result<()> {
        let tell = |percent| async move {
            if let Err(unanswered) = self.tell(VolumeNews::Progress { percent }).await {
                tracing::debug!(volume = %self.plan.volume_id, %unanswered, "progress was not heard");
            }
        };
        percent.telling(work, tell).await
    }

    fn reason_of(&self, error: &Error) -> Reason {
        let VolumePlan { volume_id, status, .. } = self.plan;
        let cause = std::error::Error::source(error).map(ToString::to_string);
        let request_id = self.request_id;
        tracing::warn!(volume = %volume_id, %status, request_id, %error, cause, "work on a volume failed");
        error.clone().with_request_id(self.request_id).reason
    }

    async fn tell(&self, news: VolumeNews) -> Answer<()> {
        self.host.conductor.volume_news(&self.plan.volume_id, self.request_id, news).await
    }
}

/// Refuses what would take a volume's data from a domain of this host.
///
/// # Errors
/// [`Reason::VolumeCannot`].
pub async fn refuse_used(host: &Host, id: &VolumeId, what: &str) -> Result<()> {
    match users_of(&host.layout, id).await?.first() {
        Some(instance) => {
            Err(Reason::VolumeCannot { what: what.to_owned(), why: format!("instance {instance} has it") }.into())
        }
        None => Ok(()),
    }
}

fn refuse_online(can: bool, what: &str, monitors: &Monitors<'_>) -> Result<()> {
    if can || monitors.is_empty() {
        return Ok(());
    }
    let what = format!("{what} while an instance runs with the volume");
    Err(Reason::VolumeCannot { what, why: "this kind of pool cannot do it; stop the instance first".into() }.into())
}
