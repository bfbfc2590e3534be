//! The start of a run with topic files: locks the folder, reads its contents, claims it. Must not depend on: the run loop.

use super::AlteredDay;
use super::claim::{FolderClaim, claim};
use super::decision::{FilesFacts, LastWriter};
use super::extent::{FilesExtent, measure, occupied_folder};
use super::growing::Growing;
use super::list::FileList;
use super::lock::FolderLock;
use super::manifest::Manifest;
use super::marker::{Owner, Writer, read_owner, read_writer};
use super::place::{NAME, home_of, place, shape_at};
use super::refusal::FilesRefusal;
use super::retire::Retirement;
use super::token::Positions;
use super::whole::{OpenPieces, RowFormat, WholeFilesSink, WholeFolder, altered_file, staging_in};
use super::writer::{FilesSink, Folder};
use crate::UsageError;
use crate::config::{FileFormat, FileRetention, FileShape, RunPlan, SinkChoice};
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
        place((plan.sink.out().unwrap_or(Path::new("")), &plan.files.shape), &plan.data_dir)
    }

    fn check(&self, plan: &RunPlan) -> Result<(), UsageError> {
        if plan.files.shape.format == FileFormat::Jsonl { check_lines(plan) } else { Ok(()) }
    }

    fn keep_fixed(&self, place: &SinkPlace, plan: &mut RunPlan) -> Result<(), SinkError> {
        let there = shape_at(place)?;
        let kept = FileShape::KEYS.into_iter().filter(|key| !plan.stated.contains(&format!("files.{key}")));
        let keep = |shape: FileShape, key: &str| shape.with(key, &there.value(key)).expect("a value of a shape is one");
        plan.files.shape = kept.fold(plan.files.shape, keep);
        Ok(())
    }

    fn adopt(&self, place: &SinkPlace, _: &Store, plan: &mut RunPlan) -> Result<(), SinkError> {
        plan.sink = SinkChoice::files(place.folder(&plan.data_dir).unwrap_or_default());
        Ok(())
    }

    fn reach(&self, context: StartContext<'_>) -> Result<Box<dyn SinkStart>, SinkError> {
        let (plan, town) = (context.plan, context.town);
        let place = self.place(plan);
        let shape = plan.files.shape;
        let format = (!shape.grows()).then(|| RowFormat::new(shape, town)).transpose()?;
        Ok(Box::new(FilesStart {
            form: format.map_or(Form::Growing, |format| Form::Whole(Box::new(format))),
            keep: plan.files.keep,
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
        let form = if shape_at(&left.attachment.place)?.grows() { Growing::Lines } else { Growing::Staged };
        Ok(is_ours && measure((&records_in(&out, form), form), left.names, &Positions::of_token(left.token)?)?.beyond)
    }

    fn forked(&self, place: &SinkPlace, _: Option<&str>) -> Result<SinkPlace, UsageError> {
        Ok(place.clone().in_folder(Path::new(FORK_FOLDER)))
    }
}

/// Returns the folder that holds the records that grow in an output folder.
fn records_in(out: &Path, kind: Growing) -> PathBuf {
    match kind {
        Growing::Lines => out.to_path_buf(),
        Growing::Staged => staging_in(out),
    }
}

/// The form of the files that readers see.
enum Form {
    /// Day files that grow.
    Growing,
    /// Whole files.
    Whole(Box<RowFormat>),
}

impl Form {
    fn kind(&self) -> Growing {
        match self {
            Form::Growing => Growing::Lines,
            Form::Whole(_) => Growing::Staged,
        }
    }
}

/// The start of a sink that writes a folder.
struct FilesStart {
    form: Form,
    keep: FileRetention,
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
        let (id, number) = (world.store.identity().world_id, attachment.number);
        match self.form {
            Form::Growing => Manifest::new(&self.out, id, number).altered(&self.names, positions),
            Form::Whole(_) => altered_file(&self.out, &FileList::new(&self.out, id, number), &self.names, positions),
        }
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
        let kind = self.form.kind();
        let records = records_in(&self.out, kind);
        let extent =
            if is_folder { measure((&records, kind), &self.names, &positions)? } else { FilesExtent::default() };
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
        let FilesStart { form, keep, out, names, lock, .. } = *self;
        let lock = lock.expect("a folder is locked before it is opened");
        let positions = Positions::of_token(from.token)?;
        let (list, retirement) = (FileList::new(&out, from.world, from.attachment), Retirement::new(&out, keep));
        match form {
            Form::Growing => {
                let manifest = Manifest::new(&out, from.world, from.attachment);
                let folder = Folder { out, lock, manifest, list, retirement };
                Ok(Box::new(FilesSink::open(folder, &names, &positions)?))
            }
            Form::Whole(format) => {
                let (format, attachment) = (format.of_world(from.world), from.attachment);
                let folder = WholeFolder { out, lock, list, retirement, format, attachment };
                let open = OpenPieces::of_token(from.token)?;
                Ok(Box::new(WholeFilesSink::open(folder, &names, (&positions, &open))?))
            }
        }
    }
}
