//! One owner task per instance: whatever is done to an instance goes through it, one thing at a time, in order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, Span};

use super::{Host, attachments, build, capture, cleanup, rewire, verbs};
use crate::bus::Outcome;
use crate::model::state::Verb;
use crate::model::{InstanceId, PortId};

/// Something to be done to an instance.
#[derive(Debug)]
pub enum Work {
    /// Build and start it.
    Build { request_id: String, token: String },
    /// Carry a verb out.
    Act { request_id: String, verb: Verb, token: Option<String> },
    /// Make its NICs be the ports of the records, but for one.
    Rewire { request_id: String, without: Option<PortId> },
    /// Make its volumes be the attachments of the records.
    Volumes { request_id: String },
    /// Remove what an interrupted copy left in its disk.
    Tidy,
    /// Remove what is here of it, if the records know nothing of it any more.
    Clean,
}

struct Job {
    work: Work,
    answer: oneshot::Sender<Outcome>,
    /// What the work is a part of.
    span: Span,
}

/// The way to an owner task.
struct Owner {
    jobs: mpsc::UnboundedSender<Job>,
    /// Tells the work in hand that the instance is being deleted.
    deleted: CancellationToken,
}

/// The owner tasks of a host.
pub struct Owners {
    host: Arc<Host>,
    owners: Mutex<HashMap<InstanceId, Owner>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Owners {
    /// No owners yet; each comes with the first work for its instance and goes when idle.
    pub fn new(host: Arc<Host>) -> Arc<Self> {
        Arc::new(Self { host, owners: Mutex::default(), tasks: Mutex::new(JoinSet::new()) })
    }

    /// Hands work to an instance's owner and waits until it is done.
    pub async fn submit(self: &Arc<Self>, id: &InstanceId, work: Work) -> Outcome {
        let done = self.enqueue(id, work);
        done.await.unwrap_or_else(|_| Outcome::Retry(format!("the work on instance {id} was broken off")))
    }

    /// Whether something is being done to the instance right now.
    pub fn busy(&self, id: &InstanceId) -> bool {
        self.owners().contains_key(id)
    }

    /// Breaks all work off, as a crash would.
    pub fn stop(&self) {
        self.tasks().abort_all();
        self.owners().clear();
    }

    fn enqueue(self: &Arc<Self>, id: &InstanceId, work: Work) -> oneshot::Receiver<Outcome> {
        let (answer, done) = oneshot::channel();
        let deletes = matches!(work, Work::Act { verb: Verb::Delete, .. });
        let mut owners = self.owners();
        let alive = owners.get(id).is_some_and(|owner| !owner.jobs.is_closed());
        if !alive {
            owners.insert(id.clone(), self.spawn(id.clone()));
        }
        if let Some(owner) = owners.get(id) {
            if deletes {
                owner.deleted.cancel();
            }
            // A dead owner drops the answer, which the caller notices.
            let _ = owner.jobs.send(Job { work, answer, span: Span::current() });
        }
        done
    }

    fn spawn(self: &Arc<Self>, id: InstanceId) -> Owner {
        let (jobs, inbox) = mpsc::unbounded_channel();
        let deleted = CancellationToken::new();
        let mut tasks = self.tasks();
        while tasks.try_join_next().is_some() {}
        tasks.spawn(self.clone().serve(id, inbox, deleted.clone()));
        Owner { jobs, deleted }
    }

    async fn serve(
        self: Arc<Self>,
        id: InstanceId,
        mut inbox: mpsc::UnboundedReceiver<Job>,
        deleted: CancellationToken,
    ) {
        let mut deleted = deleted;
        while let Some(job) = self.next(&id, &mut inbox) {
            let deletes = matches!(job.work, Work::Act { verb: Verb::Delete, .. });
            let outcome = self.carry_out(&id, job.work, &deleted).instrument(job.span).await;
            if deletes {
                deleted = self.renew(&id);
            }
            let _ = job.answer.send(outcome);
        }
    }

    /// The next job, or none: then the owner is forgotten, under the lock that every sender holds.
    fn next(&self, id: &InstanceId, inbox: &mut mpsc::UnboundedReceiver<Job>) -> Option<Job> {
        let mut owners = self.owners();
        let job = inbox.try_recv().ok();
        if job.is_none() {
            owners.remove(id);
        }
        job
    }

    /// After a delete, successful or not, later work counts again.
    fn renew(&self, id: &InstanceId) -> CancellationToken {
        let fresh = CancellationToken::new();
        if let Some(owner) = self.owners().get_mut(id) {
            owner.deleted = fresh.clone();
        }
        fresh
    }

    async fn carry_out(&self, id: &InstanceId, work: Work, deleted: &CancellationToken) -> Outcome {
        match work {
            Work::Build { request_id, token } => build::run(&self.host, id, &request_id, &token, deleted).await,
            Work::Act { request_id, verb, token } => {
                let order = verbs::Order { id, request_id: &request_id, verb, token: token.as_deref() };
                verbs::run(&self.host, &order, deleted).await
            }
            Work::Rewire { request_id, without } => rewire::run(&self.host, id, &request_id, without.as_ref()).await,
            Work::Volumes { request_id } => attachments::run(&self.host, id, &request_id).await,
            Work::Tidy => capture::tidy(&self.host, id).await,
            Work::Clean => cleanup::if_unknown(&self.host, id).await,
        }
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<InstanceId, Owner>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
