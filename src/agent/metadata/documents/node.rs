//! A tree of documents.

use serde_json::{Map, Value};

/// A document, or a folder of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Leaf(String),
    /// In the order in which they are listed.
    Folder(Vec<Entry>),
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    name: &'static str,
    node: Node,
    /// How the folder's list shows it.
    shown: String,
}

impl Entry {
    /// A document.
    pub fn leaf(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, node: Node::Leaf(text.into()), shown: name.to_owned() }
    }

    /// A folder.
    pub fn folder(name: &'static str, entries: Vec<Self>) -> Self {
        Self { name, node: Node::Folder(entries), shown: format!("{name}/") }
    }

    /// The same, shown otherwise.
    pub fn shown_as(self, shown: String) -> Self {
        Self { shown, ..self }
    }
}

impl Node {
    /// What is at a path below it; for a folder, its list.
    pub fn at(&self, path: &[&str]) -> Option<String> {
        match (self, path) {
            (Self::Leaf(text), []) => Some(text.clone()),
            (Self::Folder(entries), []) => {
                Some(entries.iter().map(|entry| entry.shown.as_str()).collect::<Vec<_>>().join("\n"))
            }
            (Self::Folder(entries), [name, rest @ ..]) => {
                entries.iter().find(|entry| entry.name == *name)?.node.at(rest)
            }
            (Self::Leaf(_), _) => None,
        }
    }

    /// The documents right in it that say anything.
    pub fn leaves(self) -> Vec<(&'static str, String)> {
        let Self::Folder(entries) = self else { return Vec::new() };
        let leaf = |entry: Entry| match entry.node {
            Self::Leaf(text) if !text.is_empty() => Some((entry.name, text)),
            _ => None,
        };
        entries.into_iter().filter_map(leaf).collect()
    }

    /// All of it as one JSON value.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Leaf(text) => Value::String(text.clone()),
            Self::Folder(entries) => {
                let member = |entry: &Entry| (entry.name.to_owned(), entry.node.to_json());
                Value::Object(entries.iter().map(member).collect::<Map<_, _>>())
            }
        }
    }
}
