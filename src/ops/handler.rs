//! Who answers what is asked, by the socket or by HTTP: from the status at once, from the town, or by passing it on to the
//! run loop. Knows no protocol and never the shards' memory.

use super::RequestError;
use super::{inspect, queries};
use crate::control::{Answer, Asked, Request, Target};
use crate::ops::campaigns::{Known, Logged};
use crate::run::{EntityWatches, LoopEvent, LoopQueue};
use crate::status::{RunPhase, RunStatus};
use populace_sim::{Town, VirtualTime};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Answers requests.
#[derive(Clone)]
pub struct RequestHandler {
    mail: LoopQueue,
    live: Arc<EntityWatches>,
    status: Arc<RunStatus>,
}

impl RequestHandler {
    /// Answers for the run that reads this mail and writes this view and status.
    pub fn new(mail: LoopQueue, live: Arc<EntityWatches>, status: Arc<RunStatus>) -> Self {
        RequestHandler { mail, live, status }
    }

    /// What the run shows of itself.
    pub fn status(&self) -> &Arc<RunStatus> {
        &self.status
    }

    /// Answers a request.
    ///
    /// # Errors
    /// Why not.
    pub async fn answer(&self, request: Request) -> Answer {
        match request {
            Request::Status => Ok(serde_json::to_value(self.status.report()).expect("a status is plain data")),
            Request::Stop if self.status.phase() == RunPhase::Starting => {
                self.mail.send(LoopEvent::Stop);
                Ok(json!({ "virtual_now": Value::Null }))
            }
            Request::World => self.of_town(|town, _| Ok(queries::world(town))).await,
            Request::Weather => self.of_town(|town, now| Ok(queries::weather(town, now))).await,
            Request::Traffic => self.of_town(|town, now| Ok(queries::traffic(town, now))).await,
            Request::Campaigns { among } => {
                let commands = self.commands().await?;
                let known =
                    move |town: &Town, now| queries::campaigns(&Known { town, commands: &commands }, now, &among);
                self.of_town(known).await
            }
            Request::Drifts => {
                let to_come = self.status.pending_scenario();
                self.of_town(move |town, now| queries::drifts(town, to_come.as_deref(), now)).await
            }
            Request::Inspect { target } if !matches!(target, Target::People { .. } | Target::Drivers { .. }) => {
                self.look(&target).await.map(|(view, _)| view)
            }
            other => self.ask(other).await,
        }
    }

    /// The view of one person or driver, and the instant that it shows.
    ///
    /// # Errors
    /// Where there is nobody of that name.
    pub async fn look(&self, target: &Target) -> Result<(Value, VirtualTime), RequestError> {
        let whom = inspect::find(&self.town()?.0, target)?;
        match self.live.watch(whom, || self.mail.send(LoopEvent::Watch)).await {
            Some((view, at)) => view.map(|view| (view, at)),
            None => Err(RequestError::busy("the run ended before it could answer")),
        }
    }

    /// The log of commands, as the run loop reads it.
    ///
    /// # Errors
    /// Where the run loop cannot, or does not yet.
    pub async fn commands(&self) -> Result<Vec<Logged>, RequestError> {
        let logged = self.ask(Request::Commands).await?;
        serde_json::from_value(logged).map_err(|e| RequestError::busy(format!("the commands cannot be read: {e}")))
    }

    /// The town and the instant that it has come to; none before the run has begun, when nobody reads mail.
    fn town(&self) -> Result<(Arc<Town>, VirtualTime), RequestError> {
        let begun = self.status.facts().and(self.status.town()).zip(self.status.virtual_now());
        begun.ok_or_else(|| {
            RequestError::busy("the world is being made or loaded, or its sink is waited for: ask again soon")
        })
    }

    /// What follows from the town alone, found on a thread that may take its time.
    async fn of_town(&self, find: impl FnOnce(&Town, VirtualTime) -> Answer + Send + 'static) -> Answer {
        let (town, now) = self.town()?;
        let found = tokio::task::spawn_blocking(move || find(&town, now)).await;
        found.unwrap_or_else(|_| Err(RequestError::busy("the answer could not be found: this is a fault of populace")))
    }

    async fn ask(&self, request: Request) -> Answer {
        self.town()?;
        let (reply, answer) = oneshot::channel();
        self.mail.send(LoopEvent::Request(Box::new(Asked { request, reply })));
        answer.await.unwrap_or_else(|_| Err(RequestError::busy("the run ended before it could answer")))
    }
}
