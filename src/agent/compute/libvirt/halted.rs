//! Guests that QEMU halted over something that it could not read or write.

use serde_json::{Value, json};

use super::Libvirt;
use crate::agent::volume::monitor::{execute, of_guest};
use crate::model::{InstanceId, Result};

/// Lets a guest go on that is halted so. QEMU is asked itself: of a guest that halts again while libvirt lets it go on, libvirt
/// says that it runs, or not why it does not.
///
/// # Errors
/// When libvirt does not pass it on.
pub async fn let_go_on(libvirt: &Libvirt, id: &InstanceId) -> Result<()> {
    let Some(monitor) = of_guest(libvirt, id).await? else { return Ok(()) };
    let directory = libvirt.layout.instance(id);
    let ask = |command| execute(&*monitor, command, json!({}), &directory);
    if is_halted(&ask("query-status").await?) {
        tracing::info!(instance = %id, "halted over its disk; it goes on");
        ask("cont").await?;
    }
    Ok(())
}

fn is_halted(status: &Value) -> bool {
    status["status"] == "io-error"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_halted_for_another_reason_is_left_alone() {
        let status = |word: &str| json!({ "running": false, "singlestep": false, "status": word });
        assert!(is_halted(&status("io-error")));
        assert!(!is_halted(&status("paused")) && !is_halted(&status("running")));
    }
}
