//! A connection into a guest that stays open.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::outside::{OUTSIDE, ssh_words};

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// SSH into a guest from outside, which repeats what it is told.
pub struct Held {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
    said: u32,
}

impl Held {
    /// Connects.
    pub fn begin(ip: &str) -> Self {
        let mut words = ssh_words(ip, "cat");
        words[1] = "1800".to_owned(); // seconds until it is given up
        let mut child = Command::new("ip")
            .args(["netns", "exec", OUTSIDE])
            .args(&words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("ssh runs");
        let (input, output) = (child.stdin.take().expect("its input"), child.stdout.take().expect("its output"));
        let (tell, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        Self { child, input, answers, said: 0 }
    }

    /// Says something new, and hears it repeated.
    ///
    /// # Panics
    /// When the connection is gone.
    pub fn is_alive(&mut self, after: &str) {
        self.said += 1;
        let word = format!("still there {}", self.said);
        writeln!(self.input, "{word}").unwrap_or_else(|error| panic!("after {after}, the connection is gone: {error}"));
        let answer = self.answers.recv_timeout(ANSWER_WITHIN);
        assert_eq!(answer.as_ref(), Ok(&word), "after {after}, the connection is gone");
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
