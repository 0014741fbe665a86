//! Hosts that fall silent, and those that speak again.

use std::collections::BTreeSet;

use crate::control::shared::Shared;
use crate::control::store::hosts;
use crate::model::{Noun, Result};

/// Remembers which hosts were silent when it last looked.
#[derive(Default)]
pub struct Watch {
    silent: BTreeSet<String>,
}

impl Watch {
    /// Tells open pages of each host whose silence began or ended since the last look.
    pub async fn tell_changes(&mut self, shared: &Shared) -> Result<()> {
        let all = hosts::list(shared.db.read(), shared.alive_since()).await?;
        let silent: BTreeSet<String> =
            all.into_iter().filter(|host| !host.alive).map(|host| host.inventory.host).collect();
        for host in silent.difference(&self.silent) {
            tracing::warn!(host, "has not been heard of");
        }
        for host in silent.symmetric_difference(&self.silent) {
            shared.tell_everybody(Noun::Host, host);
        }
        self.silent = silent;
        Ok(())
    }
}
