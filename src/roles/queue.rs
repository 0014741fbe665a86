//! `arcus queue`: what waits on the bus, and what nobody could handle.

use anyhow::{bail, ensure};
use clap::{Args, Subcommand};

use crate::bus::Identity;
use crate::bus::amqp::{DeadLetter, DeadLetters, Which};
use crate::config::Config;

/// What can be done with queues.
#[derive(Debug, Subcommand)]
pub enum QueueCommand {
    /// List queues: how many messages wait, how many are in hand, how many consume.
    List,
    /// List dead letters: messages that nobody could handle.
    Dead,
    /// Send dead letters to their topics once more.
    Retry(Chosen),
    /// Throw dead letters away.
    Drop(Chosen),
}

/// Which dead letters.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Chosen {
    /// The one with this id.
    id: Option<String>,
    /// Every one.
    #[arg(long)]
    all: bool,
}

impl Chosen {
    fn which(self) -> Which {
        self.id.map_or(Which::All, Which::Id)
    }
}

/// Carries out `arcus queue …`.
pub async fn run(config: &Config, command: QueueCommand) -> anyhow::Result<()> {
    match command {
        QueueCommand::List => list(config).await,
        QueueCommand::Dead => {
            for letter in open(config).await?.list().await? {
                println!("{}", line(&letter));
            }
            Ok(())
        }
        QueueCommand::Retry(chosen) => {
            let which = chosen.which();
            report("sent again", &which, &open(config).await?.retry(&which).await?)
        }
        QueueCommand::Drop(chosen) => {
            let which = chosen.which();
            report("thrown away", &which, &open(config).await?.drop(&which).await?)
        }
    }
}

async fn open(config: &Config) -> anyhow::Result<DeadLetters> {
    ensure!(
        !config.bus.is_empty(),
        "`bus` is empty, so the bus is inside `arcus up`, which says in its log what nobody could handle"
    );
    Ok(DeadLetters::open(&config.bus_settings(Identity::Control)).await?)
}

async fn list(config: &Config) -> anyhow::Result<()> {
    println!("{:<48} {:>8} {:>8} {:>9}", "queue", "waiting", "in hand", "consumers");
    for queue in super::host::management(config)?.queues().await? {
        let in_hand = queue.messages_unacknowledged;
        let waiting = queue.messages.saturating_sub(in_hand);
        println!("{:<48} {waiting:>8} {in_hand:>8} {:>9}", plain(&queue.name), queue.consumers);
    }
    Ok(())
}

fn line(letter: &DeadLetter) -> String {
    let at = letter.at.map_or_else(|| "-".to_owned(), |at| at.format("%Y-%m-%d %H:%M:%S").to_string());
    let shown = [letter.id.as_str(), &at, letter.topic.as_str(), &letter.what, &letter.request_id, &letter.why];
    shown.map(plain).join("  ")
}

/// A host may have written it, and a captured one anything: nothing that a terminal would obey gets through.
fn plain(text: &str) -> String {
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if plain.is_empty() { "-".to_owned() } else { plain }
}

fn report(done: &str, which: &Which, letters: &[DeadLetter]) -> anyhow::Result<()> {
    if let (Which::Id(id), []) = (which, letters) {
        bail!("there is no dead letter {id}; see `arcus queue dead`");
    }
    for letter in letters {
        println!("{done}: {}", line(letter));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_letter_is_one_plain_line() {
        let letter = DeadLetter {
            id: "1".into(),
            topic: "compute.a".to_owned().into(),
            what: "build".into(),
            request_id: String::new(),
            at: Some("2026-11-26T18:00:00Z".parse().unwrap()),
            why: "bad\x1b[2J\nnews".into(),
        };
        assert_eq!(line(&letter), "1  2026-11-26 18:00:00  compute.a  build  -  bad [2J news");
    }
}
