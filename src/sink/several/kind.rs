//! The kind of sink that is files and topics together. Must not depend on: starts of its parts, records.

use super::part::{COUNT, PARTS, division_of, place, topics_begin};
use super::start::SeveralStart;
use crate::UsageError;
use crate::config::{FILES_AND_KAFKA, RunPlan, SinkChoice};
use crate::sink::{LeftSink, SinkError, SinkKind, SinkPlace, SinkStart, StartContext, Token};
use populace_sim::STREAMS;
use populace_state::Store;
use std::rc::Rc;

/// The kind that writes files and topics.
pub(crate) struct FilesAndKafka;

impl SinkKind for FilesAndKafka {
    fn name(&self) -> &'static str {
        FILES_AND_KAFKA
    }

    fn place(&self, plan: &RunPlan) -> SinkPlace {
        place(&PARTS.map(|part| part.place(plan)), plan.sink.seam())
    }

    fn check(&self, plan: &RunPlan) -> Result<(), UsageError> {
        let refused = PARTS.into_iter().filter_map(|part| part.check(plan).err());
        refused.reduce(UsageError::and).map_or(Ok(()), Err)
    }

    fn adopt(&self, saved: &SinkPlace, store: &Store, plan: &mut RunPlan) -> Result<(), SinkError> {
        let stated = plan.sink.clone();
        for part in PARTS {
            let place = saved.part(part.name());
            place.map_or(Ok(()), |place| part.adopt(&place, store, plan))?;
        }
        let out = saved.folder(&plan.data_dir).unwrap_or_default();
        let stated = plan.stated.contains("sink.seam").then(|| stated.seam());
        plan.sink = SinkChoice::files_and_kafka(out, stated.unwrap_or(division_of(saved)));
        Ok(())
    }

    fn keep_fixed(&self, saved: &SinkPlace, plan: &mut RunPlan) -> Result<(), SinkError> {
        let parts = PARTS.into_iter().filter_map(|part| Some((part, saved.part(part.name())?)));
        parts.into_iter().try_for_each(|(part, place)| part.keep_fixed(&place, plan))
    }

    fn reach(&self, context: StartContext<'_>) -> Result<Box<dyn SinkStart>, SinkError> {
        let StartContext { plan, town, connectivity, stopped, .. } = context;
        let stopped: Rc<dyn Fn() -> bool> = stopped.into();
        let records_from = [None, topics_begin(plan.sink.seam(), plan.now)];
        let mut parts: Vec<Box<dyn SinkStart>> = Vec::with_capacity(COUNT);
        for (part, records_from) in PARTS.into_iter().zip(records_from) {
            let stopped = stopped.clone();
            let stopped = Box::new(move || stopped());
            parts.push(part.reach(StartContext { plan, town, connectivity, records_from, stopped })?);
        }
        let parts = parts.try_into().unwrap_or_else(|_| unreachable!("one start is made for each part"));
        Ok(Box::new(SeveralStart::new(parts, plan, connectivity)))
    }

    fn is_readable(&self) -> bool {
        true
    }

    fn current_days(&self, token: &Token) -> Result<Option<[Option<i32>; STREAMS]>, SinkError> {
        PARTS[0].current_days(token)
    }

    fn is_ahead(&self, left: &LeftSink<'_>) -> Result<bool, SinkError> {
        for part in PARTS {
            let Some(attachment) = left.attachment.of_part(part.name()) else { continue };
            if part.is_ahead(&LeftSink { attachment: &attachment, ..*left })? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn forked(&self, saved: &SinkPlace, prefix: Option<&str>) -> Result<SinkPlace, UsageError> {
        let of = |part: &&'static dyn SinkKind| {
            let own = saved.part(part.name()).unwrap_or_else(|| SinkPlace::new(part.name()));
            part.forked(&own, prefix)
        };
        let [files, kafka] = [of(&PARTS[0])?, of(&PARTS[1])?];
        Ok(place(&[files, kafka], division_of(saved)))
    }
}
