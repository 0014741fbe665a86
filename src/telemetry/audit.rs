//! The audit's file: a line of JSON a record.

use std::fmt::Debug;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::http::audit::TARGET;

/// Nobody but Arcus and administrators reads it.
const MODE: u32 = 0o600;

/// Writes the records that come by. The file is opened for each, so that it may be moved away at any time.
pub struct AuditFile(PathBuf);

impl AuditFile {
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }
}

impl<S: Subscriber> Layer<S> for AuditFile {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != TARGET {
            return;
        }
        let mut record = Record::default();
        event.record(&mut record);
        // Nothing can be logged from here, and the record must not be lost.
        if let Err(error) = append(&self.0, &record.0) {
            eprintln!("arcus: {} cannot be written: {error}. The record: {}", self.0.display(), record.0);
        }
    }
}

fn append(path: &Path, record: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).mode(MODE).open(path)?;
    // At once, so that lines of several processes never mix.
    file.write_all(format!("{record}\n").as_bytes())
}

#[derive(Default)]
struct Record(String);

impl Visit for Record {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "record" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
