//! Rules for what people type, shared by every service.

use super::{Error, Reason, Result};

/// The longest name that OpenStack's services take.
pub const MAX_NAME: u32 = 255;

/// A trimmed name of 1 to 255 characters without control characters.
///
/// # Errors
/// Names `field` in [`Reason::Required`], [`Reason::TooLong`] or [`Reason::BadCharacters`].
pub fn name(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::on(field, Reason::Required { field: field.to_owned() }));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::on(
            field,
            Reason::BadCharacters { field: field.to_owned(), allowed: "printable characters".to_owned() },
        ));
    }
    at_most(field, text, MAX_NAME)?;
    Ok(text.to_owned())
}

/// At most `max` characters.
///
/// # Errors
/// [`Reason::TooLong`].
pub fn at_most(field: &str, text: &str, max: u32) -> Result<()> {
    if text.chars().count() > max as usize {
        return Err(Error::on(field, Reason::TooLong { field: field.to_owned(), max }));
    }
    Ok(())
}

/// A number from `min` to `max`.
///
/// # Errors
/// [`Reason::OutOfRange`].
pub fn range(field: &str, value: i64, min: i64, max: i64) -> Result<()> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(Error::on(field, Reason::OutOfRange { field: field.to_owned(), min, max }))
}

/// A key pair's name as Nova allows it: letters, digits, space, `_`, `-`, `.`, `@`.
///
/// # Errors
/// As [`name`].
pub fn keypair_name(field: &str, text: &str) -> Result<String> {
    let text = name(field, text)?;
    if text.chars().all(|c| c.is_ascii_alphanumeric() || " _-.@".contains(c)) {
        return Ok(text);
    }
    Err(Error::on(
        field,
        Reason::BadCharacters { field: field.to_owned(), allowed: "letters, digits, spaces and _ - . @".to_owned() },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(name("name", "  web-1 ").as_deref(), Ok("web-1"));
        assert!(name("name", "   ").is_err());
        assert!(name("name", "a\nb").is_err());
        assert!(name("name", &"字".repeat(255)).is_ok());
        assert!(name("name", &"字".repeat(256)).is_err());
    }
}
