//! What people type, before the services see it: every field arrives as text.

use serde::{Deserialize, Deserializer, Serializer};

use crate::model::{Error, Reason, Result};

/// The field's text without surrounding space, or none if nothing is left.
pub fn optional(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A whole number from `min` to `max`; an empty field is `min`.
///
/// # Errors
/// [`Reason::OutOfRange`] on `field`, also for what is no number at all.
pub fn number(field: &str, text: &str, min: i64, max: i64) -> Result<i64> {
    let text = text.trim();
    let value = if text.is_empty() { Some(min) } else { text.parse().ok() };
    value
        .filter(|value| (min..=max).contains(value))
        .ok_or_else(|| Error::on(field, Reason::OutOfRange { field: field.to_owned(), min, max }))
}

/// One of a set of words, such as a visibility.
///
/// # Errors
/// [`Reason::NotAChoice`] on `field`, with the words.
pub fn choice<T>(field: &str, text: &str, all: &[T]) -> Result<T>
where
    T: Copy + std::fmt::Display,
{
    all.iter().copied().find(|value| value.to_string() == text.trim()).ok_or_else(|| {
        let choices: Vec<String> = all.iter().map(T::to_string).collect();
        Error::not_a_choice(field, text, choices.join(", "))
    })
}

/// The words of a field that holds several, separated by commas, spaces or line ends.
pub fn words(text: &str) -> Vec<String> {
    text.split([',', ' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Lines of two parts, such as `key=value` or `10.0.0.5-10.0.0.9`, split at the first `separator`; empty lines are
/// left out.
///
/// # Errors
/// [`Reason::BadCharacters`] on `field` for a line without the separator.
pub fn pairs(field: &str, text: &str, separator: char) -> Result<Vec<(String, String)>> {
    let pair = |line: &str| match line.split_once(separator) {
        Some((first, second)) if !first.trim().is_empty() => Ok((first.trim().to_owned(), second.trim().to_owned())),
        _ => Err(Error::on(
            field,
            Reason::BadCharacters {
                field: field.to_owned(),
                allowed: format!("lines with two parts and a {separator}"),
            },
        )),
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(pair).collect()
}

/// A tick box: browsers send its value when it is ticked, and nothing when it is not. For
/// `#[serde(default, with = "ticked")]`.
pub mod ticked {
    use super::*;

    /// Writes `true`, or an empty value.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if *value { "true" } else { "" })
    }

    /// Everything but an empty value, `false` and `0` is ticked.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        Ok(!matches!(String::deserialize(deserializer)?.as_str(), "" | "false" | "0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_and_words_name_the_field() {
        assert_eq!(number("count", " 3 ", 1, 50), Ok(3));
        assert_eq!(number("count", "", 1, 50), Ok(1));
        for bad in ["0", "51", "three", "1.5", "-1"] {
            let error = number("count", bad, 1, 50).unwrap_err();
            assert_eq!(error.field.as_deref(), Some("count"), "{bad}");
        }
    }

    #[test]
    fn lines_without_a_separator_are_refused() {
        let read = pairs("metadata", "role = web\n\nnote=a=b\r\n", '=').unwrap();
        assert_eq!(read, [("role".into(), "web".into()), ("note".into(), "a=b".into())]);
        assert!(pairs("metadata", "role", '=').is_err());
        assert!(pairs("metadata", "=web", '=').is_err());
    }

    #[test]
    fn words_are_split_at_commas_spaces_and_lines() {
        assert_eq!(words("1.1.1.1, 9.9.9.9\n8.8.8.8"), ["1.1.1.1", "9.9.9.9", "8.8.8.8"]);
    }
}
