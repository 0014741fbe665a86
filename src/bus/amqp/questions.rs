//! Questions that wait for their answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::StreamExt as _;
use lapin::Consumer;
use lapin::message::Delivery;
use lapin::types::ShortString;
use serde_json::Value;
use tokio::sync::oneshot;

use super::wire::{Kind, Stamp};
use crate::bus::{BusError, Sender};
use crate::model::Reason;

/// What travels as an answer.
pub(super) type Answer = Result<Value, Reason>;

struct Waiting {
    /// Who was asked: nobody else's answer counts, but control's, which may do everything anyway.
    answerer: Sender,
    answer: oneshot::Sender<Result<Value, BusError>>,
}

#[derive(Default)]
pub(super) struct Questions {
    waiting: Mutex<HashMap<String, Waiting>>,
}

impl Questions {
    fn waiting(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a question to this answerer; it is given up when the question is dropped.
    pub fn ask(self: &Arc<Self>, answerer: Sender) -> Question {
        let number = uuid::Uuid::new_v4().simple().to_string();
        let (sender, answer) = oneshot::channel();
        self.waiting().insert(number.clone(), Waiting { answerer, answer: sender });
        Question { questions: self.clone(), number, answer }
    }

    /// Hands answers to those who wait, until no more can come; returns why.
    pub async fn hear(&self, answers: &mut Consumer) -> String {
        loop {
            match answers.next().await {
                Some(Ok(delivery)) => {
                    if let Err(why) = self.settle(&delivery) {
                        tracing::warn!(why, user = ?delivery.properties.user_id(), "an answer is not taken");
                    }
                }
                Some(Err(error)) => return error.to_string(),
                None => return "the reply queue is gone".to_owned(),
            }
        }
    }

    fn settle(&self, delivery: &Delivery) -> Result<(), String> {
        let stamp = Stamp::of(delivery)?;
        if stamp.kind != Kind::Answer {
            return Err("it is no answer".to_owned());
        }
        let number = delivery.properties.correlation_id().as_ref().map_or("", ShortString::as_str);
        let mut waiting = self.waiting();
        // Whoever asked may have stopped waiting.
        let Some(asked) = waiting.get(number) else { return Ok(()) };
        if stamp.sender != Sender::Inside && stamp.sender != asked.answerer {
            return Err("somebody else was asked".to_owned());
        }
        let answer = serde_json::from_slice::<Answer>(&delivery.data);
        let answer = answer.map_err(|error| BusError::Unreadable(error.to_string()));
        if let Some(asked) = waiting.remove(number) {
            let _ = asked.answer.send(answer.and_then(|answer| answer.map_err(BusError::Refused)));
        }
        Ok(())
    }

    /// Answers to what was asked until now cannot come any more.
    pub fn fail(&self, why: &str) {
        for (_, asked) in self.waiting().drain() {
            let _ = asked.answer.send(Err(BusError::Closed(why.to_owned())));
        }
    }
}

/// A question that waits.
pub(super) struct Question {
    questions: Arc<Questions>,
    number: String,
    answer: oneshot::Receiver<Result<Value, BusError>>,
}

impl Question {
    pub fn number(&self) -> &str {
        &self.number
    }

    pub async fn answer(mut self) -> Result<Value, BusError> {
        (&mut self.answer).await.unwrap_or_else(|_| Err(BusError::Closed("it was shut down".to_owned())))
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        self.questions.waiting().remove(&self.number);
    }
}
