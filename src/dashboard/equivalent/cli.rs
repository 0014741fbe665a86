//! A line for OpenStack's own client.

use std::fmt;

use super::shell::{Later, quote};

/// Longer lines are broken.
const WIDTH: usize = 80;

/// One `openstack` command.
pub struct Cli {
    /// What belongs together on a line.
    parts: Vec<String>,
    saves: Option<Later>,
    input: Option<String>,
}

impl Cli {
    /// `openstack server create`, from `server create`.
    pub fn new(verb: &str) -> Self {
        Self { parts: vec![format!("openstack {verb}")], saves: None, input: None }
    }

    /// The same with a microversion of the compute API.
    pub fn compute(microversion: &str, verb: &str) -> Self {
        Self::new(&format!("--os-compute-api-version {microversion} {verb}"))
    }

    /// `--name value`.
    pub fn option(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        // The client would take a value that begins like an option for one.
        let between = if value.starts_with('-') { '=' } else { ' ' };
        self.parts.push(format!("{name}{between}{}", quote(value)));
        self
    }

    /// `--name value`, if there is a value.
    pub fn maybe(self, name: &str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.option(name, value),
            None => self,
        }
    }

    /// `--name value` for each value.
    pub fn each(self, name: &str, values: impl IntoIterator<Item = String>) -> Self {
        values.into_iter().fold(self, |cli, value| cli.option(name, value))
    }

    /// `--name`.
    pub fn flag(mut self, name: &str) -> Self {
        self.parts.push(name.to_owned());
        self
    }

    /// `--name`, if it is so.
    pub fn flag_if(self, is_so: bool, name: &str) -> Self {
        if is_so { self.flag(name) } else { self }
    }

    /// One of two flags, as it is so or not; neither where nothing is said.
    pub fn either(self, is_so: Option<bool>, yes: &str, no: &str) -> Self {
        match is_so {
            Some(is_so) => self.flag(if is_so { yes } else { no }),
            None => self,
        }
    }

    /// A value without a name. Comes after every option.
    pub fn arg(mut self, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        if value.starts_with('-') && !self.parts.iter().any(|part| part == "--") {
            self.parts.push("--".to_owned());
        }
        self.parts.push(quote(value));
        self
    }

    /// Keeps the id of what is made for the lines after this one.
    pub fn saves(mut self, id: Later) -> Self {
        self.parts[0].push_str(" -f value -c id");
        self.saves = Some(id);
        self
    }

    /// What the command reads from its input.
    pub fn input(mut self, text: &str) -> Self {
        self.input = Some(quote(text));
        self
    }
}

impl fmt::Display for Cli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = self.parts.join(" ");
        if line.chars().count() > WIDTH {
            line = self.parts.join(" \\\n  ");
        }
        if let Some(input) = &self.input {
            line.push_str(" \\\n  <<< ");
            line.push_str(input);
        }
        match self.saves {
            Some(id) => write!(f, "{}=$({line})", id.variable()),
            None => f.write_str(&line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_broken_only_where_it_is_long() {
        let short = Cli::new("network create").flag_if(true, "--share").flag_if(false, "--external").arg("my net");
        assert_eq!(short.to_string(), "openstack network create --share 'my net'");
        let long = short.option("--description", "d".repeat(60)).to_string();
        assert!(
            long.starts_with("openstack network create \\\n  --share \\\n  'my net' \\\n  --description d"),
            "{long}"
        );
    }

    #[test]
    fn values_that_look_like_options_are_none() {
        let cli = Cli::new("network create").option("--description", "-d").arg("--share").arg("-x");
        assert_eq!(cli.to_string(), "openstack network create --description=-d -- --share -x");
    }
}
