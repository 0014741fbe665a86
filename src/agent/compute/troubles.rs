//! What could not be mended, told once and not again at each comparison.

use std::collections::HashMap;

use crate::agent::meter;
use crate::model::Result;

/// The parts of a host that could not be put right when last tried, and why.
#[derive(Debug, Default)]
pub struct Troubles(HashMap<String, String>);

impl Troubles {
    /// Tells of trouble that is new, and of its end. Whether there was anything to tell.
    pub fn note(&mut self, part: &str, done: Result<()>) -> bool {
        match done {
            Ok(()) => {
                let ended = self.0.remove(part).is_some();
                if ended {
                    tracing::info!(part, "in order again");
                }
                ended
            }
            Err(error) => {
                let why = error.to_string();
                let is_new = self.0.insert(part.to_owned(), why.clone()).is_none_or(|before| before != why);
                if is_new {
                    meter::found("cannot be mended");
                    tracing::warn!(part, why, "could not be put in order; trying again at each comparison");
                }
                is_new
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reason;

    #[test]
    fn trouble_is_told_when_it_comes_when_it_changes_and_when_it_ends() {
        let fails = |why: &str| Err(Reason::Unavailable { part: "ip".into(), why: why.into() }.into());
        let mut troubles = Troubles::default();
        let told = [
            troubles.note("bridge", Ok(())),
            troubles.note("bridge", fails("gone")),
            troubles.note("bridge", fails("gone")),
            troubles.note("bridge", fails("busy")),
            troubles.note("bridge", Ok(())),
            troubles.note("bridge", Ok(())),
        ];
        assert_eq!(told, [false, true, false, true, true, false]);
    }
}
