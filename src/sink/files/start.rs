//! The start of a run with topic files: locks the folder, reads its contents, claims it. Must not depend on: the run loop.

use super::AlteredDay;
use super::claim::{FolderClaim, claim};
use super::decision::{FilesFacts, LastWriter};
use super::extent::{FilesExtent, measure, occupied_folder};
use super::lock::FolderLock;
use super::manifest::Manifest;
use super::marker::{Owner, Writer, read_owner, read_writer};
use super::place::{NAME, home_of, place};
use super::refusal::FilesRefusal;
use super::token::Positions;
use super::writer::{FilesSink, Folder};
use crate::UsageError;
use crate::config::{RunPlan, SinkChoice};
use crate::paths::world_dir;
use crate::sink::lines::check_lines;
use crate::sink::{
    Claim, LeftSink, ResumePoint, Sink, SinkError, SinkFacts, SinkKind, SinkPlace, SinkRefusal, SinkStart, SinkWorld,
    StartContext, Token, TopicNames,
};
use populace_sim::{STREAMS, VirtualTime};
use populace_state::{Presence, Store};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of a fork's topics, in its own data directory.
const FORK_FOLDER: &str = "topics";

/// The files kind of sink.
pub(crate) struct Files;

impl SinkKind for Files {
    fn name(&self) -> &'static str {
        NAME
    }

    fn place(&self, plan: &RunPlan) -> SinkPlace {
        place(plan.sink.out().unwrap_or(Path::new("")), &plan.data_dir)
    }

    fn check(&self, plan: &RunPlan) -> Result<(), UsageError> {
        check_lines(plan)
    }

    fn adopt(&self, place: &SinkPlace, _: &Store, plan: &mut RunPlan) -> Result<(), SinkError> {
        plan.sink = SinkChoice::files(place.folder(&plan.data_dir).unwrap_or_default());
        Ok(())
    }

    fn reach(&self, context: StartContext<'_>) -> Result<Box<dyn SinkStart>, SinkError> {
        let (plan, town) = (context.plan, context.town);
        let place = self.place(plan);
        Ok(Box::new(FilesStart {
            out: place.folder(&plan.data_dir).expect("files lie in a folder"),
            place,
            data_dir: plan.data_dir.clone(),
            names: TopicNames::of_town(town),
            events_per_day: town.events_per_day(),
            lock: None,
            last: None,
        }))
    }

    fn is_readable(&self) -> bool {
        true
    }

    fn current_days(&self, token: &Token) -> Result<Option<[Option<i32>; STREAMS]>, SinkError> {
        Ok(Some(Positions::of_token(token)?.0.map(|position| position.day)))
    }

    fn is_ahead(&self, left: &LeftSink<'_>) -> Result<bool, SinkError> {
        let Some(out) = left.attachment.place.folder(left.data_dir) else { return Ok(false) };
        // A folder that is gone, or has another owner now, contradicts nothing.
        let is_ours = read_owner(&out)? == Owner::World(left.world, left.attachment.number);
        Ok(is_ours && measure(&out, left.names, &Positions::of_token(left.token)?)?.beyond)
    }

    fn forked(&self, _: &SinkPlace, _: Option<&str>) -> Result<SinkPlace, UsageError> {
        Ok(SinkPlace::new(NAME).in_folder(Path::new(FORK_FOLDER)))
    }
}

/// The start of a sink that writes a folder.
struct FilesStart {
    out: PathBuf,
    place: SinkPlace,
    data_dir: PathBuf,
    names: TopicNames,
    events_per_day: f64,
    lock: Option<FolderLock>,
    /// The time of the last record beyond the checkpoint; None if no record is beyond it, or the time is unknown.
    last: Option<VirtualTime>,
}

impl FilesStart {
    fn altered(&self, world: &SinkWorld<'_>, positions: &Positions) -> Result<Option<AlteredDay>, SinkError> {
        let Some(attachment) = world.attachment else { return Ok(None) };
        let manifest = Manifest::new(&self.out, world.store.identity().world_id, attachment.number);
        manifest.altered(&self.names, positions)
    }

    fn last_writer(&self) -> Result<Option<LastWriter>, SinkError> {
        let Some(Writer { instance, home }) = read_writer(&self.out)? else { return Ok(None) };
        let own = Writer::of_process(&self.data_dir, home_of(&self.place, &self.data_dir));
        let places = [self.out.join(&home), instance.data_dir.clone().into()];
        // On this machine, where a directory that does not exist is gone.
        let is_gone = || own.instance.host == instance.host && !places.iter().any(|place| holds_a_world(place));
        Ok(Some(LastWriter { replaced: own.home == home || is_gone(), instance }))
    }
}

fn holds_a_world(data_dir: &Path) -> bool {
    Store::exists(&world_dir(data_dir)) == Presence::World
}

impl SinkStart for FilesStart {
    fn place(&self) -> SinkPlace {
        self.place.clone()
    }

    fn inspect(&mut self, id: u128, world: Option<&SinkWorld<'_>>) -> Result<Box<dyn SinkFacts>, SinkError> {
        let owner = read_owner(&self.out)?;
        // Locked before it is inspected, so that no other process changes the facts of the decision.
        if world.is_some() && matches!(owner, Owner::World(found, _) if found == id) {
            self.lock = Some(FolderLock::take(&self.out, &self.data_dir)?);
        }
        let positions = world.map_or_else(|| Ok(Positions::default()), |world| Positions::of_token(&world.token))?;
        let is_folder = self.out.is_dir();
        let extent = if is_folder { measure(&self.out, &self.names, &positions)? } else { FilesExtent::default() };
        self.last = extent.last;
        Ok(Box::new(FilesFacts {
            place: self.place.clone(),
            is_file: self.out.exists() && !is_folder,
            owner: read_owner(&self.out)?,
            in_use: occupied_folder(&self.out, &self.names)?,
            claim: world.map(|world| FolderClaim::read(world.store)).transpose()?.flatten(),
            written_by: self.last_writer()?,
            extent,
            altered: world.map(|world| self.altered(world, &positions)).transpose()?.flatten(),
            events_per_day: self.events_per_day,
            out: self.out.clone(),
        }))
    }

    fn lock(&mut self) -> Result<(), SinkError> {
        if self.lock.is_some() {
            return Ok(());
        }
        let out = self.out.clone();
        fs::create_dir_all(&out).map_err(|e| SinkError::io(&out, "made", e))?;
        self.lock = Some(FolderLock::take(&out, &self.data_dir)?);
        // Read again under the lock: two processes may be starting with this folder at the same time.
        let refusal = match read_owner(&out)? {
            Owner::Unowned => return Ok(()),
            Owner::World(id, _) => FilesRefusal::OtherWorld { out, id },
            Owner::Unreadable => FilesRefusal::UnknownOwner { out },
        };
        Err(SinkRefusal::from(refusal).into())
    }

    fn claim(&mut self, wanted: &Claim<'_>) -> Result<(), SinkError> {
        claim(&self.out, wanted.attachment, wanted.store, &self.data_dir)
    }

    fn reached(&self) -> Option<VirtualTime> {
        self.last.map(VirtualTime::next)
    }

    fn open(self: Box<Self>, from: ResumePoint<'_>) -> Result<Box<dyn Sink>, SinkError> {
        let FilesStart { out, names, lock, .. } = *self;
        let lock = lock.expect("a folder is locked before it is opened");
        let manifest = Manifest::new(&out, from.world, from.attachment);
        let folder = Folder { out, lock, manifest };
        Ok(Box::new(FilesSink::open(folder, &names, &Positions::of_token(from.token)?)?))
    }
}
