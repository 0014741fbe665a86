//! Compares the pool of this host with the records, and mends it.
//!
//! As with instances, what is here is looked up before the records are asked, and records come before things.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;

use super::moment::MOMENT;
use super::{monitor, work};
use crate::agent::compute::{Host, Owners, Troubles, users_of};
use crate::agent::meter;
use crate::bus::contract::VolumePlan;
use crate::model::volume::{SnapshotStatus, VolumeStatus};
use crate::model::{InstanceId, Result, SnapshotId, VolumeId};

/// How many volumes are worked on at once.
const AT_ONCE: usize = 4;
/// How long a volume that is to be filled from an image, or made one of, waits for the message that brings the token,
/// before that counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(300);

/// Compares at once and then regularly, for ever.
pub async fn keep_reconciled(host: Arc<Host>, owners: Arc<Owners>, every: Duration) {
    let mut keeper = Keeper {
        host,
        owners,
        waiting: HashMap::new(),
        clean: HashSet::new(),
        is_clean: false,
        troubles: Troubles::default(),
    };
    loop {
        if let Err(error) = keeper.reconcile().await {
            tracing::info!(%error, "could not compare this host's volumes with the records; trying again");
        }
        tokio::time::sleep(every).await;
    }
}

struct Keeper {
    host: Arc<Host>,
    owners: Arc<Owners>,
    /// Since when volumes wait for a token.
    waiting: HashMap<VolumeId, Instant>,
    /// Volumes in which what an agent that died left was looked for, and is gone.
    clean: HashSet<VolumeId>,
    /// There are no others.
    is_clean: bool,
    troubles: Troubles,
}

impl Keeper {
    async fn reconcile(&mut self) -> Result<()> {
        let here = self.host.volumes.backend.list().await?;
        let plans = self.host.conductor.volumes().await?;
        let known: HashSet<&VolumeId> = plans.iter().map(|plan| &plan.volume_id).collect();
        for id in here.iter().filter(|id| !known.contains(id)) {
            let removed = self.remove_unknown(id).await;
            self.troubles.note(&format!("volume {id}"), removed);
        }
        if !self.is_clean {
            self.is_clean = true;
            let is_left = |plan: &&VolumePlan| here.contains(&plan.volume_id) && !self.clean.contains(&plan.volume_id);
            for plan in plans.iter().filter(is_left).collect::<Vec<_>>() {
                let removed = self.remove_moments(plan).await;
                match &removed {
                    Ok(()) => drop(self.clean.insert(plan.volume_id.clone())),
                    Err(_) => self.is_clean = false,
                }
                self.troubles.note(&format!("snapshots of volume {}", plan.volume_id), removed);
            }
        }
        self.mend_exports(&plans).await?;
        self.resume(&plans).await;
        Ok(())
    }

    /// Ends exports that no instance of another host needs any more, and brings back those whose process is gone.
    async fn mend_exports(&mut self, plans: &[VolumePlan]) -> Result<()> {
        let exported = self.host.volumes.exports.list().await?;
        if exported.is_empty() {
            return Ok(());
        }
        let briefs = self.host.conductor.instances().await?;
        let here: HashSet<InstanceId> = briefs.into_iter().map(|brief| brief.instance_id).collect();
        for id in &exported {
            let plan = plans.iter().find(|plan| plan.volume_id == *id);
            let is_needed = plan.is_some_and(|plan| plan.users.iter().any(|user| !here.contains(user)));
            let mended = self.mend_export(id, is_needed).await;
            self.troubles.note(&format!("export of volume {id}"), mended);
        }
        Ok(())
    }

    async fn mend_export(&self, id: &VolumeId, is_needed: bool) -> Result<()> {
        let pool = &self.host.volumes;
        let _data = pool.data(id).await;
        if is_needed {
            pool.exports.open(id, &pool.backend.source(id)).await?;
        } else if pool.exports.is_settled(id).await {
            meter::found("export left over");
            pool.exports.close(id).await?;
        }
        Ok(())
    }

    /// Nobody is about to make it: whoever makes a volume holds it, and has asked the records before.
    async fn remove_unknown(&self, id: &VolumeId) -> Result<()> {
        let pool = &self.host.volumes;
        let _work = pool.work.hold(id).await;
        let is_known = self.host.conductor.volume(id, "").await?.is_some();
        if is_known || !users_of(&self.host.layout, id).await?.is_empty() {
            return Ok(());
        }
        meter::found("volume left over");
        tracing::info!(volume = %id, "removing what is left of a volume that the records do not have");
        let _data = pool.data(id).await;
        pool.backend.delete(id).await
    }

    /// Removes the snapshots that interrupted copies left.
    async fn remove_moments(&self, plan: &VolumePlan) -> Result<()> {
        let pool = &self.host.volumes;
        let id = &plan.volume_id;
        for snapshot in pool.backend.snapshots(id).await? {
            let Some(copy) = snapshot.as_str().strip_prefix(MOMENT) else { continue };
            if pool.is_busy(&VolumeId::from(copy)) {
                continue;
            }
            let _data = pool.data(id).await;
            let monitors = monitor::of_volume(&self.host, id).await?;
            pool.backend.delete_snapshot(id, &SnapshotId::from(snapshot.as_str()), &monitors).await?;
        }
        Ok(())
    }

    /// Does what the records wait for and nobody is at.
    async fn resume(&mut self, plans: &[VolumePlan]) {
        self.waiting.retain(|id, _| plans.iter().any(|plan| plan.volume_id == *id && needs_token(plan)));
        let mut left = Vec::new();
        for plan in plans.iter().filter(|plan| waits(plan)) {
            if !self.is_at_work(plan) && (!needs_token(plan) || self.is_lost(&plan.volume_id)) {
                meter::found("work on a volume");
                left.push(&plan.volume_id);
            }
        }
        let host = &*self.host;
        let work = |id| async move { drop(work::run(host, id, "", None).await) };
        futures::stream::iter(left).for_each_concurrent(AT_ONCE, work).await;
    }

    /// Somebody works on it, or builds an instance that is to have it.
    fn is_at_work(&mut self, plan: &VolumePlan) -> bool {
        let is = self.host.volumes.is_busy(&plan.volume_id) || plan.users.iter().any(|user| self.owners.busy(user));
        if is {
            self.waiting.remove(&plan.volume_id);
        }
        is
    }

    fn is_lost(&mut self, id: &VolumeId) -> bool {
        self.waiting.entry(id.clone()).or_insert_with(Instant::now).elapsed() >= LOST_AFTER
    }
}

/// Whether the records wait for something that this host is to do.
fn waits(plan: &VolumePlan) -> bool {
    use VolumeStatus::{Creating, Deleting, Downloading, Extending, Uploading};
    let statuses = [Creating, Downloading, Extending, Uploading, Deleting];
    let snapshot_waits = |status| matches!(status, SnapshotStatus::Creating | SnapshotStatus::Deleting);
    statuses.contains(&plan.status) || plan.snapshots.iter().any(|snapshot| snapshot_waits(snapshot.status))
}

/// Whether only the message that brings a token can do it.
fn needs_token(plan: &VolumePlan) -> bool {
    matches!(plan.status, VolumeStatus::Downloading | VolumeStatus::Uploading)
}
