//! The handler of requests to a running world, from any face. It answers from the run status at once, from the town, or
//! by the run loop. Must not depend on: protocols, the memory of shards.

use super::campaigns::{self, CampaignQuery, CampaignsReport, KnownCampaigns};
use super::drifts::{self, CheckedOrder, DriftOrderError, DriftOrderReport, DriftStart, DriftsReport, Effective};
use super::inject::{self, InjectError, InjectReport, Injection, When};
use super::inspect::{self, Sample, Target};
use super::pagination::{self, PageReport, PageRequest};
use super::queries::{self, RegionsReport, TrafficReport, WeatherReport, WorldReport};
use super::reports::{CheckpointReport, ClockReport, ForkReport, StopReport};
use super::{OperationError, RequestError};
use crate::run::{
    ClockChange, EntityView, EntityWatches, ForkChanges, LoggedCommand, LoopError, LoopEvent, LoopQueue, LoopRequest,
    PendingFork, Reply, StoredSink, WorldAtRest,
};
use crate::status::{RunPhase, RunStatus};
use populace_sim::{Command, DriftOrder, InProgress, Scenario, Town, VirtualTime};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Mutex, oneshot};

/// A handler of requests to a running world.
#[derive(Clone)]
pub struct RequestHandler {
    queue: LoopQueue,
    watches: Arc<EntityWatches>,
    status: Arc<RunStatus>,
    /// Held while the past is computed, which takes a core and the memory of a shard.
    replay: Arc<Mutex<()>>,
}

impl RequestHandler {
    /// Returns the handler of a run with this queue, these watches and this status.
    pub fn new(queue: LoopQueue, watches: Arc<EntityWatches>, status: Arc<RunStatus>) -> Self {
        RequestHandler { queue, watches, status, replay: Arc::default() }
    }

    /// Returns the status of the run.
    pub fn status(&self) -> &Arc<RunStatus> {
        &self.status
    }

    /// Returns the static data of the world.
    ///
    /// # Errors
    /// Before the run has begun.
    pub async fn world(&self) -> Result<WorldReport, RequestError> {
        self.query(|town, _| Ok(queries::world(town))).await
    }

    /// Returns the weather of every region.
    ///
    /// # Errors
    /// Before the run has begun.
    pub async fn weather(&self) -> Result<RegionsReport<WeatherReport>, RequestError> {
        self.query(|town, now| Ok(queries::weather(town, now))).await
    }

    /// Returns the traffic of every region.
    ///
    /// # Errors
    /// Before the run has begun.
    pub async fn traffic(&self) -> Result<RegionsReport<TrafficReport>, RequestError> {
        self.query(|town, now| Ok(queries::traffic(town, now))).await
    }

    /// Returns campaigns.
    ///
    /// # Errors
    /// If a region is unknown, or the run has not begun.
    pub async fn campaigns(&self, query: CampaignQuery) -> Result<CampaignsReport, RequestError> {
        let commands = self.commands().await?;
        self.query(move |town, now| Ok(campaigns::list(&KnownCampaigns { town, commands: &commands }, now, &query)?))
            .await
    }

    /// Returns all drifts, including pending ones.
    ///
    /// # Errors
    /// Before the run has begun.
    pub async fn drifts(&self) -> Result<DriftsReport, RequestError> {
        let pending = self.status.pending_scenario();
        self.query(move |town, now| Ok(drifts::list(town, pending.as_deref(), now)?)).await
    }

    /// Returns the scenario in force, as TOML.
    ///
    /// # Errors
    /// Before the run has begun.
    pub async fn scenario(&self) -> Result<String, RequestError> {
        self.query(|town, _| Ok(town.scenario().to_toml())).await
    }

    /// Returns the view of one person or driver at the next window end, and its instant.
    ///
    /// # Errors
    /// If the world has no entity of that name.
    pub async fn inspect(&self, target: &Target) -> Result<(EntityView, VirtualTime), RequestError> {
        let (town, _) = self.town()?;
        let entity = inspect::find(&town, target)?;
        let shown = self.watches.watch(entity, || self.queue.send(LoopEvent::Watch)).await;
        let (view, at) = shown.ok_or(RequestError::Ended)?;
        let view = view.map_err(|why| inspect::no_account(&town, why))?;
        Ok((view, at))
    }

    /// Returns the instant of a text; a relative one counts from the world's present.
    ///
    /// # Errors
    /// If the text is not a time.
    pub fn instant(&self, text: &str) -> Result<VirtualTime, RequestError> {
        Ok(inspect::instant(text, self.town()?.1)?)
    }

    /// Returns the view of one person or driver as it was at an instant. Takes as long as its shard lived until then; one
    /// such request is answered at a time.
    ///
    /// # Errors
    /// If the world has no entity of that name, or the instant is not in its past.
    pub async fn inspect_at(&self, target: &Target, at: VirtualTime) -> Result<EntityView, RequestError> {
        let (town, _) = self.town()?;
        let entity = inspect::find(&town, target)?;
        let _turn = self.replay.lock().await;
        let past = self.ask(LoopRequest::Past).await?;
        let view = tokio::task::spawn_blocking(move || inspect::view_at(past, entity, at)).await;
        match view.map_err(|_| RequestError::Failed)? {
            Ok(view) => Ok(view),
            Err(OperationError::Refused(error)) => Err(error.into()),
            Err(OperationError::Run(error)) => Err(LoopError::Store(error.to_string()).into()),
        }
    }

    /// Returns the views of a sample.
    ///
    /// # Errors
    /// If the run ends before the answer.
    pub async fn sample(&self, sample: Sample) -> Result<Vec<EntityView>, RequestError> {
        self.read(move |world| Ok(inspect::sample_at_rest(world, sample)?)).await
    }

    /// Returns a page of people or drivers.
    ///
    /// # Errors
    /// If a region is unknown, or a page cannot be filtered by a field.
    pub async fn page(&self, request: PageRequest) -> Result<PageReport, RequestError> {
        self.read(move |world| Ok(pagination::page_at_rest(world, &request)?)).await
    }

    /// Returns the number of visits and trips under way.
    ///
    /// # Errors
    /// If the run ends before the answer.
    pub async fn in_progress(&self) -> Result<InProgress, RequestError> {
        self.read(|world| {
            let mut all = InProgress::default();
            world.shards().for_each(|shard| all += shard.in_progress());
            Ok(all)
        })
        .await
    }

    /// Returns the command log.
    ///
    /// # Errors
    /// If the run loop cannot read it.
    pub async fn commands(&self) -> Result<Vec<LoggedCommand>, RequestError> {
        self.ask(LoopRequest::Commands).await
    }

    /// Returns the sink of the world's records.
    ///
    /// # Errors
    /// If the run loop cannot read it.
    pub async fn sink(&self) -> Result<StoredSink, RequestError> {
        self.ask(LoopRequest::Sink).await
    }

    /// Logs an injection.
    ///
    /// # Errors
    /// If it is not possible in this world.
    pub async fn inject(&self, injection: Injection, when: When) -> Result<InjectReport, RequestError> {
        self.log_command(move |town, now| injection.command(when, town, now)).await
    }

    /// Logs a command.
    ///
    /// # Errors
    /// If it is not possible in this world.
    pub async fn command(&self, command: Command) -> Result<InjectReport, RequestError> {
        self.log_command(move |town, now| inject::check_command(town, now, &command).map(|()| command)).await
    }

    /// Starts drifts.
    ///
    /// # Errors
    /// If the drifts are invalid in this world.
    pub async fn start_drifts(&self, start: DriftStart) -> Result<DriftOrderReport, RequestError> {
        self.log_order(move |rules, effective| drifts::start(rules, &start, effective)).await
    }

    /// Stops drifts.
    ///
    /// # Errors
    /// If the world has no drift of a name, or only drifts of it that are over.
    pub async fn stop_drifts(&self, ids: Vec<String>) -> Result<DriftOrderReport, RequestError> {
        self.log_order(move |rules, effective| drifts::stop(rules, &ids, effective)).await
    }

    /// Changes the clock.
    ///
    /// # Errors
    /// If the change cannot be saved.
    pub async fn set_clock(&self, change: ClockChange) -> Result<ClockReport, RequestError> {
        self.ask(|reply| LoopRequest::SetClock { change, reply }).await.map(ClockReport::from)
    }

    /// Saves a checkpoint.
    ///
    /// # Errors
    /// If nothing can be saved.
    pub async fn checkpoint(&self) -> Result<CheckpointReport, RequestError> {
        self.ask(LoopRequest::Checkpoint).await.map(CheckpointReport::from)
    }

    /// Saves a checkpoint and copies it to a new world.
    ///
    /// # Errors
    /// If the changes are not possible, or the new world cannot be created.
    pub async fn fork(&self, to: PathBuf, changes: ForkChanges) -> Result<ForkReport, RequestError> {
        self.ask(|reply| LoopRequest::Fork(PendingFork { to, changes, reply })).await.map(ForkReport::from)
    }

    /// Stops the run gracefully. The report has no virtual time if the run has not begun.
    ///
    /// # Errors
    /// If the run ends before it answers.
    pub async fn stop(&self) -> Result<StopReport, RequestError> {
        if self.status.phase() == RunPhase::Starting {
            self.queue.send(LoopEvent::Stop);
            return Ok(StopReport::from(None));
        }
        self.ask(LoopRequest::Stop).await.map(|now| StopReport::from(Some(now)))
    }

    /// Returns the town and virtual now; an error before the run has begun, when the run loop reads no requests.
    fn town(&self) -> Result<(Arc<Town>, VirtualTime), RequestError> {
        let begun = self.status.facts().and(self.status.town()).zip(self.status.virtual_now());
        begun.ok_or(RequestError::Starting)
    }

    /// Answers from the town alone, on a thread that may block.
    async fn query<T: Send + 'static>(
        &self,
        find: impl FnOnce(&Town, VirtualTime) -> Result<T, RequestError> + Send + 'static,
    ) -> Result<T, RequestError> {
        let (town, now) = self.town()?;
        let found = tokio::task::spawn_blocking(move || find(&town, now)).await;
        found.unwrap_or(Err(RequestError::Failed))
    }

    /// Sends a request to the run loop, and waits for its answer.
    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> LoopRequest) -> Result<T, RequestError> {
        self.town()?;
        let (reply, answer) = oneshot::channel();
        self.queue.send(LoopEvent::Request(Box::new(request(reply))));
        answer.await.map_err(|_| RequestError::Ended)?.map_err(RequestError::Loop)
    }

    /// Sends `read` to the run loop, which runs it between two windows.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut WorldAtRest<'_>) -> Result<T, RequestError> + Send + 'static,
    ) -> Result<T, RequestError> {
        self.town()?;
        let (reply, answer) = oneshot::channel();
        let read = move |world: &mut WorldAtRest<'_>| drop(reply.send(read(world)));
        self.queue.send(LoopEvent::Request(Box::new(LoopRequest::Read(Box::new(read)))));
        answer.await.unwrap_or(Err(RequestError::Ended))
    }

    /// Logs the command that `make` returns for the town and the time at which the run loop reads the request.
    async fn log_command(
        &self,
        make: impl FnOnce(&Town, VirtualTime) -> Result<Command, InjectError> + Send + 'static,
    ) -> Result<InjectReport, RequestError> {
        let (refuse, refused) = oneshot::channel();
        let make = move |town: &Town, now| make(town, now).map_err(|error| refuse.send(error)).ok();
        let logged = self.ask(|reply| LoopRequest::Command { make: Box::new(make), reply }).await;
        let (at, command) = logged.map_err(|error| why_refused(error, refused))?;
        Ok(inject::report(&self.town()?.0, command, Some(at)))
    }

    /// Logs the order that `make` returns for the scenario in force when it takes effect.
    async fn log_order(
        &self,
        make: impl FnOnce(&Scenario, Effective) -> Result<CheckedOrder, DriftOrderError> + Send + 'static,
    ) -> Result<DriftOrderReport, RequestError> {
        let (refuse, refused) = oneshot::channel();
        let (show, shown) = oneshot::channel();
        let make = move |rules: &Scenario, at| -> Option<DriftOrder> {
            let CheckedOrder { order, report } =
                make(rules, Effective::At(at)).map_err(|error| refuse.send(error)).ok()?;
            show.send(report).ok().map(|()| order)
        };
        let logged = self.ask(|reply| LoopRequest::DriftOrder { make: Box::new(make), reply }).await;
        logged.map_err(|error| why_refused(error, refused))?;
        shown.await.map_err(|_| RequestError::Ended)
    }
}

/// Returns the reason why a request was dropped: that of the function that makes the command or order, else the loop's.
fn why_refused<E: Into<RequestError>>(error: RequestError, mut refused: oneshot::Receiver<E>) -> RequestError {
    refused.try_recv().map_or(error, Into::into)
}
