//! Security groups and anti-spoofing at the taps of this host, by nftables.

mod bridges;
mod frames;
mod identity;
mod marks;
mod rule;
mod rules;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use tokio::sync::Mutex;

use self::marks::{Marked, Marks};
use super::link::{self, Link};
use crate::agent::command::{run, run_with_input};
use crate::bus::contract::FirewallPlan;
use crate::model::Result;

/// What may pass at the taps of this host.
#[derive(Debug, Default)]
pub struct Firewall(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    marks: Marks,
    in_force: Option<InForce>,
}

/// What was last given to nft, and how nft shows it.
#[derive(Debug)]
struct InForce {
    script: String,
    shown: String,
}

impl Firewall {
    /// Replaces all that was in force with what the plan says, in one step. What is in force already is left alone.
    ///
    /// # Errors
    /// When `nft` fails, and what was in force before still is; or when the kernel cannot show bridged frames to the
    /// rules, and guests reach nobody.
    pub async fn apply(&self, plan: &FirewallPlan) -> Result<()> {
        let mut state = self.0.lock().await;
        let zones = bridges::zones(plan);
        let visible = bridges::show(zones.keys()).await;
        let script = script(plan, state.marks.of(&plan.ports), &zones, &strangers(&link::all().await?));
        let known = state.in_force.as_ref().filter(|known| known.script == script);
        if known.is_none() || known.map(|known| &known.shown) != shown().await.ok().as_ref() {
            state.in_force = None;
            run_with_input("nft", &["-f", "-"], &script).await?;
            state.in_force = Some(InForce { script, shown: shown().await? });
        }
        visible
    }
}

/// Everything as nft reads it: one transaction, which is carried out as a whole or not at all.
fn script(plan: &FirewallPlan, marks: &Marked, zones: &BTreeMap<String, u16>, strangers: &[String]) -> String {
    let mut script = String::new();
    for table in ["bridge", "inet"] {
        // A table can only be deleted where there is one.
        script.push_str(&format!("table {table} arcus\ndelete table {table} arcus\n"));
    }
    frames::write(&mut script, plan, marks, strangers);
    rules::write(&mut script, plan, marks, zones);
    script
}

/// Devices with names like those of our taps that are on bridges of others.
fn strangers(links: &[Link]) -> Vec<String> {
    let strange = |link: &&Link| {
        link.name.starts_with("tap") && link.master.as_deref().is_some_and(|bridge| !bridge.starts_with("brq"))
    };
    links.iter().filter(strange).map(|link| link.name.clone()).collect()
}

/// Our tables as they are in the kernel.
async fn shown() -> Result<String> {
    let list = |family| async move { run("nft", &["--stateless", "list", "table", family, "arcus"]).await };
    let (bridge, inet) = tokio::try_join!(list("bridge"), list("inet"))?;
    Ok(bridge + &inet)
}
