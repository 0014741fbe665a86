//! Guests that QEMU halted over something that it could not read or write.

use serde_json::Value;

use super::Libvirt;
use crate::agent::compute::hypervisor::Hypervisor as _;
use crate::model::state::PowerState;
use crate::model::{Error, InstanceId, Result};

/// Lets a guest go on that is halted so. QEMU is asked itself: of a guest that halts again while libvirt lets it go on, libvirt
/// says that it runs, or not why it does not.
///
/// # Errors
/// When libvirt does not pass it on.
pub async fn let_go_on(libvirt: &Libvirt, id: &InstanceId) -> Result<()> {
    let Some(PowerState::Running | PowerState::Paused) = libvirt.state(id).await? else { return Ok(()) };
    if is_halted(&libvirt.qmp(id, r#"{"execute":"query-status"}"#).await?)? {
        tracing::info!(instance = %id, "halted over its disk; it goes on");
        libvirt.qmp(id, r#"{"execute":"cont"}"#).await?;
    }
    Ok(())
}

fn is_halted(answer: &str) -> Result<bool> {
    let answer: Value = serde_json::from_str(answer).map_err(Error::internal)?;
    Ok(answer["return"]["status"] == "io-error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_halted_for_another_reason_is_left_alone() {
        let status =
            |word| format!(r#"{{"return":{{"running":false,"singlestep":false,"status":"{word}"}},"id":"libvirt-9"}}"#);
        assert!(is_halted(&status("io-error")).unwrap());
        assert!(!is_halted(&status("paused")).unwrap() && !is_halted(&status("running")).unwrap());
    }
}
