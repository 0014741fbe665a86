//! Terraform's configuration language, as far as blocks of resources need it.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// One block, with `terraform fmt`'s spacing.
pub struct Block {
    head: String,
    attributes: Vec<(&'static str, String)>,
    blocks: Vec<Block>,
}

/// An attribute's value.
pub enum Value {
    Text(String),
    /// In the language itself.
    Expression(String),
    Number(i64),
    Truth(bool),
    Texts(Vec<String>),
    Pairs(BTreeMap<String, String>),
}

impl Block {
    /// `resource "kind" "label"`; the label is made from a name, or is `otherwise` where nothing is left of it.
    pub fn resource(kind: &str, name: &str, otherwise: &str) -> Self {
        Self::headed(format!("resource \"{kind}\" \"{}\"", label(name, otherwise)))
    }

    /// `data "kind" "label"`.
    pub fn data(kind: &str, label: &str) -> Self {
        Self::headed(format!("data \"{kind}\" \"{label}\""))
    }

    /// A block within another.
    pub fn within(kind: &str) -> Self {
        Self::headed(kind.to_owned())
    }

    fn headed(head: String) -> Self {
        Self { head, attributes: Vec::new(), blocks: Vec::new() }
    }

    /// Sets an attribute.
    pub fn set(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.attributes.push((name, value.into().to_string()));
        self
    }

    /// Sets an attribute, if there is a value.
    pub fn maybe(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Sets a text, unless it is empty.
    pub fn filled(self, name: &'static str, text: &str) -> Self {
        self.maybe(name, Some(text).filter(|text| !text.is_empty()))
    }

    /// Puts a block into this one.
    pub fn holds(mut self, block: Self) -> Self {
        self.blocks.push(block);
        self
    }

    /// Puts blocks into this one.
    pub fn holds_all(self, blocks: impl IntoIterator<Item = Self>) -> Self {
        blocks.into_iter().fold(self, Self::holds)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, indent: &str) -> fmt::Result {
        writeln!(f, "{indent}{} {{", self.head)?;
        let width = self.attributes.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        for (name, value) in &self.attributes {
            writeln!(f, "{indent}  {name:width$} = {}", value.replace('\n', &format!("\n{indent}  ")))?;
        }
        for (place, block) in self.blocks.iter().enumerate() {
            if place > 0 || !self.attributes.is_empty() {
                f.write_char('\n')?;
            }
            block.write(f, &format!("{indent}  "))?;
        }
        writeln!(f, "{indent}}}")
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, "")
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Expression(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Truth(truth) => truth.fmt(f),
            Self::Texts(texts) => {
                let texts = texts.iter().map(|text| quoted(text)).collect::<Vec<_>>();
                write!(f, "[{}]", texts.join(", "))
            }
            Self::Pairs(pairs) => {
                let pairs = pairs.iter().map(|(name, value)| (quoted(name), quoted(value))).collect::<Vec<_>>();
                let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
                f.write_str("{\n")?;
                pairs.iter().try_for_each(|(name, value)| writeln!(f, "  {name:width$} = {value}"))?;
                f.write_char('}')
            }
        }
    }
}

/// The label under which other blocks name a resource.
pub fn label(name: &str, otherwise: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let label = words.collect::<Vec<_>>().join("_");
    match label.chars().next() {
        None => otherwise.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{label}"),
        Some(_) => label,
    }
}

/// A text in quotation marks; what begins an expression within one is doubled.
pub fn quoted(text: &str) -> String {
    let escaped = |letter: char| match letter {
        '"' | '\\' => format!("\\{letter}"),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        control if control.is_control() => format!("\\u{:04x}", u32::from(control)),
        other => other.to_string(),
    };
    let text: String = text.chars().map(escaped).collect();
    format!("\"{}\"", text.replace("${", "$${").replace("%{", "%%{"))
}

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self { Self::$variant(value.into()) }
        }
    )*};
}
from!(&str => Text, &String => Text, String => Text, i64 => Number, bool => Truth, Vec<String> => Texts,
    BTreeMap<String, String> => Pairs);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_hold_no_expressions() {
        assert_eq!(quoted("a \"b\" ${c} %{d} \\ \n\u{1b}"), r#""a \"b\" $${c} %%{d} \\ \n\u001b""#);
    }

    #[test]
    fn labels_are_words() {
        assert_eq!(label("-web 1.天 ${a}", "x"), "web_1_a");
        assert_eq!(label("1st", "x"), "_1st");
        assert_eq!(label("天 天", "network"), "network");
    }

    #[test]
    fn a_block_is_spaced_as_terraform_spaces_it() {
        let pairs = BTreeMap::from([("role".to_owned(), "web".to_owned())]);
        let block = Block::resource("kind", "web", "x")
            .set("name", "web")
            .set("vcpus", 2)
            .set("metadata", pairs)
            .filled("description", "")
            .holds(Block::within("network").set("uuid", Value::Expression("a.b.id".to_owned())));
        let lines = [
            "resource \"kind\" \"web\" {",
            "  name     = \"web\"",
            "  vcpus    = 2",
            "  metadata = {",
            "    \"role\" = \"web\"",
            "  }",
            "",
            "  network {",
            "    uuid = a.b.id",
            "  }",
            "}",
            "",
        ];
        assert_eq!(block.to_string(), lines.join("\n"));
    }
}
