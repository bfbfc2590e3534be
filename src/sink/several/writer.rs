//! The writer to several sinks: passes each record to the parts that take it. Must not depend on: starts, the inside of
//! any part.

use super::part::COUNT;
use crate::config::SeamChoice;
use crate::sink::{Mark, MarkStep, Seam, Sink, SinkError, Token};
use crate::status::Connectivity;
use populace_sim::{VirtualTime, format_time};
use populace_state::Store;
use populace_wire::{Digest, Digests, Merged, Record};
use std::sync::Arc;
use std::time::Duration;

/// The place of the files among the parts.
const FILES: usize = 0;

/// The place of the topics among the parts.
const TOPICS: usize = 1;

/// How records are divided between the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    /// Each part takes all records.
    Copies,
    /// The files take the records before the seam, the topics those from it on.
    Seam {
        /// Where the seam is to be.
        planned: SeamChoice,
        /// Where it is; None before it is reached.
        passed: Option<VirtualTime>,
    },
}

/// Where the seam of a world is saved.
pub(super) struct SeamStore {
    pub(super) store: Store,
    /// The number of the world's attachment.
    pub(super) attachment: u32,
}

/// The sink of several parts.
pub(super) struct SeveralSink {
    parts: [Box<dyn Sink>; COUNT],
    division: Division,
    saved: SeamStore,
    connectivity: Arc<Connectivity>,
    /// The number of records for the files alone since the last report.
    files_alone: u64,
    replayed: u64,
}

impl SeveralSink {
    pub(super) fn new(
        parts: [Box<dyn Sink>; COUNT],
        division: Division,
        saved: SeamStore,
        connectivity: Arc<Connectivity>,
    ) -> Self {
        SeveralSink { parts, division, saved, connectivity, files_alone: 0, replayed: 0 }
    }

    /// Passes a record to one part.
    fn pass_to(&mut self, part: usize, record: &Record<'_>) -> Result<(), SinkError> {
        let before = self.parts[part].replayed();
        self.parts[part].record(record)?;
        self.replayed += self.parts[part].replayed() - before;
        self.files_alone += u64::from(part == FILES);
        Ok(())
    }

    /// Passes a record to all parts. It is a replayed one if each of them had it.
    fn pass_to_all(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        let mut replayed = true;
        for part in &mut self.parts {
            let before = part.replayed();
            part.record(record)?;
            replayed &= part.replayed() > before;
        }
        self.replayed += u64::from(replayed);
        Ok(())
    }

    /// Reports the records that the topics do not get, so that a run does not count them as missing there.
    fn report(&mut self) {
        self.connectivity.delivery.took_elsewhere(std::mem::take(&mut self.files_alone));
    }
}

impl Sink for SeveralSink {
    fn after(&mut self, commands: Digest) {
        self.parts.iter_mut().for_each(|part| part.after(commands));
    }

    fn window(&mut self, window: &Arc<Merged>) {
        self.parts.iter_mut().for_each(|part| part.window(window));
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        match self.division {
            Division::Copies => self.pass_to_all(record),
            Division::Seam { passed: Some(at), .. } if record.time >= at => self.pass_to(TOPICS, record),
            Division::Seam { .. } => self.pass_to(FILES, record),
        }
    }

    fn flush(&mut self, at: VirtualTime) -> Result<(), SinkError> {
        self.report();
        self.parts.iter_mut().try_for_each(|part| part.flush(at))
    }

    fn flush_every(&self) -> Duration {
        self.parts.iter().map(|part| part.flush_every()).min().unwrap_or_default()
    }

    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError> {
        self.report();
        let mut marks = Vec::with_capacity(COUNT);
        for part in &mut self.parts {
            marks.push(part.mark(at)?);
        }
        let (mut tokens, mut syncs, mut committed) = (Vec::new(), Vec::new(), Vec::new());
        for mark in marks {
            tokens.push(mark.token);
            syncs.push(mark.sync);
            committed.push(mark.committed);
        }
        let all = |steps: Vec<MarkStep>| Box::new(move || steps.into_iter().try_for_each(|step| step()));
        Ok(Mark { token: Token::of_all(&tokens), sync: all(syncs), committed: all(committed) })
    }

    fn finish(&mut self, at: VirtualTime) -> Result<(), SinkError> {
        self.report();
        self.parts.iter_mut().try_for_each(|part| part.finish(at))
    }

    fn coming_seam(&self) -> Option<SeamChoice> {
        match self.division {
            Division::Seam { planned, passed: None } => Some(planned),
            Division::Copies | Division::Seam { .. } => None,
        }
    }

    fn pass_seam(&mut self, at: VirtualTime, digests: &Digests) -> Result<(), SinkError> {
        let Division::Seam { planned, passed: None } = self.division else { return Ok(()) };
        crate::crash::point("several.seam");
        Seam::new(self.saved.attachment, at, *digests).write(&self.saved.store)?;
        crate::crash::point("several.seamed");
        tracing::info!(at = %format_time(at), records = digests.total(), "files end here; the topics go on");
        self.division = Division::Seam { planned, passed: Some(at) };
        // The files take no further record, so readers need not wait for the end of the day.
        self.parts[FILES].finish(at)
    }

    fn is_replay_complete(&self) -> bool {
        self.parts.iter().all(|part| part.is_replay_complete())
    }

    fn replayed(&self) -> u64 {
        self.replayed
    }
}
