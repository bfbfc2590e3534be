//! The start of a run with several sinks: each step is taken with each part. Must not depend on: the inside of its parts.

use super::facts::SeveralFacts;
use super::part::{COUNT, PARTS, place, topics_begin};
use super::writer::{Division, SeamStore, SeveralSink};
use crate::config::{RunPlan, SeamChoice};
use crate::sink::{Attachment, Claim, ResumePoint, Seam, Sink, SinkError, SinkFacts, SinkPlace, SinkStart, SinkWorld};
use crate::status::Connectivity;
use populace_sim::VirtualTime;
use populace_state::Store;
use std::sync::Arc;

/// The start of several sinks.
pub(super) struct SeveralStart {
    parts: [Box<dyn SinkStart>; COUNT],
    seam: Option<SeamChoice>,
    /// The wall time of the plan.
    now: VirtualTime,
    connectivity: Arc<Connectivity>,
    /// The store of the claimed world, which keeps its seam.
    store: Option<Store>,
}

impl SeveralStart {
    pub(super) fn new(parts: [Box<dyn SinkStart>; COUNT], plan: &RunPlan, connectivity: &Arc<Connectivity>) -> Self {
        let connectivity = connectivity.clone();
        SeveralStart { parts, seam: plan.sink.seam(), now: plan.now, connectivity, store: None }
    }

    /// Returns the instant from which each part takes records, as far as a part does not take all.
    fn records_from(&self, world: &SinkWorld<'_>) -> Result<[Option<VirtualTime>; COUNT], SinkError> {
        let number = world.attachment.map_or(0, |attachment| attachment.number);
        let passed = Seam::read(world.store, number)?.map(|seam| seam.at);
        let begin = self.seam.and(passed.or(topics_begin(self.seam, self.now)));
        Ok([None, begin])
    }
}

/// Returns the attachment of each part.
fn attachments(whole: Option<&Attachment>) -> [Option<Attachment>; COUNT] {
    PARTS.map(|part| whole?.of_part(part.name()))
}

impl SinkStart for SeveralStart {
    fn place(&self) -> SinkPlace {
        place(&self.parts.each_ref().map(|part| part.place()), self.seam)
    }

    fn inspect(&mut self, id: u128, world: Option<&SinkWorld<'_>>) -> Result<Box<dyn SinkFacts>, SinkError> {
        let records_from = world.map_or(Ok([None; COUNT]), |world| self.records_from(world))?;
        let own = attachments(world.and_then(|world| world.attachment));
        let mut facts = Vec::with_capacity(COUNT);
        for ((part, own), records_from) in self.parts.iter_mut().zip(&own).zip(records_from) {
            let seen = world.map(|world| SinkWorld {
                attachment: own.as_ref(),
                token: world.token.clone(),
                records_from,
                ..*world
            });
            facts.push(part.inspect(id, seen.as_ref())?);
        }
        let parts = facts.try_into().unwrap_or_else(|_| unreachable!("each part has facts"));
        Ok(Box::new(SeveralFacts { parts, seam: self.seam }))
    }

    fn create_missing(&mut self) -> Result<(), SinkError> {
        self.parts.iter_mut().try_for_each(|part| part.create_missing())
    }

    fn lock(&mut self) -> Result<(), SinkError> {
        self.parts.iter_mut().try_for_each(|part| part.lock())
    }

    fn claim(&mut self, claim: &Claim<'_>) -> Result<(), SinkError> {
        self.store = Some(claim.store.clone());
        for (part, own) in self.parts.iter_mut().zip(attachments(Some(claim.attachment))) {
            let attachment = own.as_ref().expect("the attachment of several sinks has each of them");
            part.claim(&Claim { attachment, ..*claim })?;
            crate::crash::point("several.claim");
        }
        Ok(())
    }

    fn reached(&self) -> Option<VirtualTime> {
        self.parts.iter().filter_map(|part| part.reached()).max()
    }

    fn open(self: Box<Self>, from: ResumePoint<'_>) -> Result<Box<dyn Sink>, SinkError> {
        let SeveralStart { parts, seam, connectivity, store, .. } = *self;
        let store = store.expect("sinks are claimed before they are opened");
        let passed = Seam::read(&store, from.attachment)?.map(|seam| seam.at);
        let mut sinks = Vec::with_capacity(COUNT);
        for part in parts {
            sinks.push(part.open(ResumePoint { ..from })?);
        }
        let division = seam.map_or(Division::Copies, |planned| Division::Seam { planned, passed });
        let sinks = sinks.try_into().unwrap_or_else(|_| unreachable!("each part is opened"));
        Ok(Box::new(SeveralSink::new(sinks, division, SeamStore { store, attachment: from.attachment }, connectivity)))
    }
}
