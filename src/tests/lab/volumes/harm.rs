//! What dies while volumes are worked on.

use super::stage::Stage;
use crate::cloud::machines::Machines;
use crate::host;

/// A process, or all of Arcus.
#[derive(Debug, Clone, Copy)]
pub enum Dies {
    /// API, scheduler, conductor and agent; on one machine they are one process.
    Arcus,
    /// The one below the guest.
    Libvirtd,
    /// Of several machines: the agent where the volume lies, or where the guest runs.
    VolumesAgent,
    GuestsAgent,
    /// What serves the volume to the other host; it may not have begun.
    StorageDaemon,
}

/// Where a volume lies and where a guest runs.
#[derive(Debug, Clone)]
pub struct Hosts {
    pub volume: String,
    pub guest: String,
}

impl Dies {
    /// It is killed, and started again by whoever does that.
    pub async fn happen(self, stage: &mut Stage, hosts: &Hosts) {
        match self {
            Self::Arcus => {
                stage.cloud.kill();
                stage.cloud.run(&[]).await;
            }
            Self::Libvirtd => host::restart_libvirtd(&hosts.guest),
            Self::VolumesAgent => restart_agent(machines(stage), &hosts.volume),
            Self::GuestsAgent => restart_agent(machines(stage), &hosts.guest),
            Self::StorageDaemon => {
                // The kernel knows it by the first 15 letters.
                machines(stage).shell(&hosts.volume, "pkill -KILL -x qemu-storage-da || true");
            }
        }
    }
}

fn machines(stage: &Stage) -> &Machines {
    stage.cloud.machines.as_ref().expect("machines: scripts/lab cloud")
}

fn restart_agent(machines: &Machines, host: &str) {
    for verb in ["kill", "start"] {
        machines.role(host, "compute", verb, &[]).expect(verb);
    }
}
