//! Words as a shell reads them.

use std::borrow::Cow;

/// What stands for a secret.
pub const MASK: &str = "********";
/// The file that holds the user data, which is never said.
pub const USER_DATA: &str = "user-data.txt";

/// What is known only when the lines before have run, or when the shell looks. Its [`mark`](Self::mark) stands for it
/// within texts; whatever somebody types, no more than these can come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    NetworkId,
    PortId,
    ImageId,
    /// [`USER_DATA`] in Base64.
    UserData,
}

impl Later {
    const ALL: [Self; 4] = [Self::NetworkId, Self::PortId, Self::ImageId, Self::UserData];

    /// The shell's variable.
    pub fn variable(self) -> &'static str {
        match self {
            Self::NetworkId => "NETWORK_ID",
            Self::PortId => "PORT_ID",
            Self::ImageId => "IMAGE_ID",
            Self::UserData => "USER_DATA",
        }
    }

    /// Stands for it within a text that [`quote`] will see; of characters that nobody types.
    pub fn mark(self) -> String {
        format!("\u{e000}{}\u{e001}", self.variable())
    }

    fn in_shell(self) -> String {
        match self {
            Self::UserData => format!("\"$(base64 -w 0 {USER_DATA})\""),
            other => format!("\"${}\"", other.variable()),
        }
    }
}

/// A text as one word of a shell's command.
pub fn quote(text: &str) -> String {
    let found = Later::ALL.into_iter().find_map(|later| Some((later, text.split_once(&later.mark())?)));
    let Some((later, (before, after))) = found else { return quoted(text) };
    let part = |text: &str| if text.is_empty() { String::new() } else { quote(text) };
    format!("{}{}{}", part(before), later.in_shell(), part(after))
}

fn quoted(text: &str) -> String {
    if text.chars().any(is_unprintable) {
        // Control characters that are pasted into a terminal are commands to the terminal.
        return text.chars().fold("$'".to_owned(), |word, letter| word + &escaped(letter)) + "'";
    }
    match shlex::try_quote(text) {
        Ok(Cow::Borrowed(word)) => word.to_owned(),
        // Between apostrophes a text reads as it is.
        _ => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

fn is_unprintable(letter: char) -> bool {
    letter.is_control() && letter != '\n'
}

fn escaped(letter: char) -> String {
    match letter {
        // A shell's words end there.
        '\0' => String::new(),
        '\'' | '\\' => format!("\\{letter}"),
        '\n' => "\\n".to_owned(),
        control if control.is_control() => format!("\\u{:04x}", u32::from(control)),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_is_one_word() {
        for text in ["web", "it's", "$(reboot)", "a \"b\" `c`", "-x", "", "天", "two\nlines", "\\"] {
            assert_eq!(shlex::split(&quote(text)).as_deref(), Some(&[text.to_owned()][..]), "{text}");
        }
        assert_eq!(quote("a\u{1b}[2J'\0\n"), "$'a\\u001b[2J\\'\\n'");
    }

    #[test]
    fn what_is_known_later_is_the_shell_s_to_put_in() {
        let body = format!("{{\"network_id\": \"{}\"}}", Later::NetworkId.mark());
        assert_eq!(quote(&body), "'{\"network_id\": \"'\"$NETWORK_ID\"'\"}'");
        assert_eq!(quote(&Later::PortId.mark()), "\"$PORT_ID\"");
        assert_eq!(quote("\u{e000}$(reboot)\u{e001}"), "'\u{e000}$(reboot)\u{e001}'");
    }
}
