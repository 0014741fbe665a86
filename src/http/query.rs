//! Query strings of addresses that we send people to.

use std::fmt::Write as _;

/// `?a=1&b=2`, or nothing without pairs; everything that is not plainly a letter, digit or `-._~` is escaped.
pub fn query<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        text.push(if text.is_empty() { '?' } else { '&' });
        escape(&mut text, name.as_ref());
        text.push('=');
        escape(&mut text, value.as_ref());
    }
    text
}

fn escape(text: &mut String, part: &str) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn nothing_in_a_value_can_end_it() {
        assert_eq!(query([("next", "/a?b=c%26&d"), ("名", "x y")]), "?next=%2Fa%3Fb%3Dc%2526%26d&%E5%90%8D=x%20y");
        assert_eq!(query([("", ""); 0]), "");
    }
}
