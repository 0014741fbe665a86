//! Tables of nftables that are replaced in one step, and only when they are not as they should be.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::agent::command::{probe, run_with_input};
use crate::model::Result;

/// What was put in force, and how `nft` showed it then: it words rules in its own way.
#[derive(Debug, Clone, PartialEq)]
struct Applied {
    body: String,
    shown: String,
}

/// The tables of this host and of its namespaces, by namespace and name.
#[derive(Debug, Default)]
pub struct Nft(Mutex<HashMap<(String, String), Applied>>);

impl Nft {
    /// Makes a table such as `ip arcus_host` hold exactly `body`. Without a namespace, on the host itself.
    ///
    /// # Errors
    /// When `nft` refuses; what was in force before still is.
    pub async fn ensure(&self, netns: &str, table: &str, body: &str) -> Result<()> {
        let key = (netns.to_owned(), table.to_owned());
        let shown = show(netns, table).await;
        let now = Applied { body: body.to_owned(), shown };
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) == Some(&now) {
            return Ok(());
        }
        // The first line makes the second one right whether or not the table is there.
        let text = format!("table {table}\ndelete table {table}\ntable {table} {{\n{body}}}\n");
        nft(netns, &["-f", "-"], &text).await?;
        let applied = Applied { shown: show(netns, table).await, ..now };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, applied);
        Ok(())
    }

    /// Removes a table; gone already is fine.
    ///
    /// # Errors
    /// When `nft` refuses.
    pub async fn remove(&self, netns: &str, table: &str) -> Result<()> {
        self.forget(netns);
        nft(netns, &["-f", "-"], &format!("table {table}\ndelete table {table}\n")).await.map(drop)
    }

    /// For a namespace that is gone.
    pub fn forget(&self, netns: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(place, _), _| place != netns);
    }
}

/// The table as `nft` shows it, without counters; empty if it is not there.
async fn show(netns: &str, table: &str) -> String {
    let words: Vec<&str> = ["--stateless", "list", "table"].into_iter().chain(table.split(' ')).collect();
    let (program, words) = within(netns, &words);
    probe(program, &words).await.unwrap_or_default()
}

async fn nft(netns: &str, arguments: &[&str], input: &str) -> Result<String> {
    let (program, words) = within(netns, arguments);
    run_with_input(program, &words, input).await
}

/// `nft` in a namespace, as a program and its arguments.
fn within<'a>(netns: &'a str, arguments: &[&'a str]) -> (&'static str, Vec<&'a str>) {
    if netns.is_empty() {
        return ("nft", arguments.to_vec());
    }
    ("ip", ["netns", "exec", netns, "nft"].into_iter().chain(arguments.iter().copied()).collect())
}
