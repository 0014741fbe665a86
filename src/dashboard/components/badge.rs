//! A state in a word, a colour and a shape: never colour alone.

use leptos::prelude::*;

use crate::dashboard::i18n::tr;
use crate::dashboard::words;
use crate::model::state::{Status, TaskState};

/// What a badge's colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Neutral,
    Info,
    Positive,
    Warning,
    Negative,
}

impl Tone {
    /// What an instance's status means.
    pub fn of(status: Status) -> Self {
        match status {
            Status::Active => Self::Positive,
            Status::Build | Status::Reboot | Status::HardReboot | Status::Rebuild => Self::Info,
            Status::Paused | Status::Suspended => Self::Warning,
            Status::Error => Self::Negative,
            Status::Shutoff | Status::Deleted => Self::Neutral,
        }
    }

    /// Its own CSS class.
    pub fn word(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Positive => "positive",
            Self::Warning => "warning",
            Self::Negative => "negative",
        }
    }

    /// A shape for each tone, 12 by 12, so that colour is never all there is.
    pub fn shape(self) -> &'static str {
        match self {
            Self::Neutral => "M6 2.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z",
            Self::Info => "M6 2.5a3.5 3.5 0 1 1-3.5 3.5",
            Self::Positive => "M6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
            Self::Warning => "M6 1.5 11 10.5H1Z",
            Self::Negative => "M3 3l6 6M9 3l-6 6",
        }
    }
}

/// A word with its tone; `busy` turns the shape into a spinner.
#[component]
pub fn Badge(
    tone: Tone,
    #[prop(into)] label: String,
    /// Something is going on.
    #[prop(optional)]
    busy: bool,
    /// More words, in a quieter voice.
    #[prop(default = None, into)]
    note: Option<String>,
) -> impl IntoView {
    view! {
        <span class=format!("badge {}", tone.word())>
            <svg class=if busy { "spin" } else { "shape" } viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
                <path d=if busy { Tone::Info.shape() } else { tone.shape() } />
            </svg>
            <span>{label}</span>
            {note.map(|note| view! { <span class="note">{format!("· {note}")}</span> })}
        </span>
    }
}

/// An instance's status, what is being done to it, and how far that is in percent.
#[component]
pub fn StatusBadge(
    status: Status,
    task: Option<TaskState>,
    #[prop(default = None)] progress: Option<i64>,
) -> impl IntoView {
    let tone = Tone::of(status);
    let busy = task.is_some() || status == Status::Build;
    let note = task.map(|task| match progress {
        Some(percent) => format!("{} · {}", words::task(task), tr!(volumes.done_so_far, percent = percent)),
        None => words::task(task).to_owned(),
    });
    view! { <Badge tone label=words::status(status) busy note /> }
}
