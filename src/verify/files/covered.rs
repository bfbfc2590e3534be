//! The comparison of the days before the last checkpoint with the ledger: each day's file, the last one up to its
//! position. Must not depend on: a replay.

use super::folder::TopicFiles;
use super::line::hash_of;
use super::report::TopicReport;
use crate::run::{ClosedDays, RunError, StoredWorld, closed_days};
use crate::sink::Attachment;
use crate::sink::files::{Positions, days_in, file_of_day};
use populace_sim::{Stream, Town};
use populace_wire::Digest;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Checks all streams.
pub(super) fn check(world: &StoredWorld, town: &Town, files: &TopicFiles) -> Result<Vec<TopicReport>, RunError> {
    town.streams().map(|stream| check_stream(world, town, files, stream)).collect()
}

fn check_stream(world: &StoredWorld, town: &Town, files: &TopicFiles, stream: Stream) -> Result<TopicReport, RunError> {
    let TopicFiles { attachment, out, covered } = files;
    let topic = town.topic_name(stream);
    let mut report = TopicReport { topic: topic.to_owned(), digested: true, ..TopicReport::default() };
    let mut digest = attachment.base.of(stream);
    let fields = (populace_wire::time_field(stream), town.topic(stream).key.as_str());
    let position = Positions::of_token(&world.token())?.of(stream);
    let closed_days = ledger(world, stream, attachment)?;
    refuse_strangers(&out.join(topic), &closed_days, position.day)?;
    for closed in closed_days {
        check_closed(&out.join(topic), &closed, (digest, fields), &mut report)?;
        digest = closed.digest;
    }
    if let Some(day) = position.day {
        let path = out.join(topic).join(file_of_day(day));
        let file = File::open(&path).map_err(|e| RunError::io(&path, "read", e))?;
        let reader = BufReader::with_capacity(1 << 20, file.take(position.offset));
        let found = Found::read(reader, &path, digest, fields)?;
        if found.bytes < position.offset {
            let missing = position.offset - found.bytes;
            return Err(RunError::Unequal(format!(
                "{}: {missing} bytes before the checkpoint are missing",
                path.display()
            )));
        }
        found.compare(&path, digest, covered.of(stream), &mut report)?;
    }
    Ok(report)
}

/// Checks the files of days that are digested together, if all of them exist.
fn check_closed(
    folder: &Path,
    closed: &ClosedDays,
    (before, fields): (Digest, (&str, &str)),
    report: &mut TopicReport,
) -> Result<(), RunError> {
    let (mut there, mut moved) = (Vec::new(), Vec::new());
    for day in &closed.days {
        let path = folder.join(file_of_day(*day));
        match File::open(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => moved.push(file_of_day(*day)),
            Err(e) => return Err(RunError::io(&path, "read", e)),
            Ok(file) => there.push((path, file)),
        }
    }
    if moved.is_empty() {
        let mut found = Found { digest: before, bytes: 0, hashed: true };
        for (path, file) in &there {
            let next = Found::read(BufReader::with_capacity(1 << 20, file), path, found.digest, fields)?;
            found = Found { hashed: found.hashed & next.hashed, ..next };
        }
        let (last, _) = there.last().expect("days that are digested together are one at least");
        found.compare(last, before, closed.digest, report)?;
        report.files += closed.days.len() as u64 - 1;
    } else {
        report.unchecked.extend(there.iter().filter_map(|(path, _)| Some(path.file_name()?.to_string_lossy().into())));
    }
    report.moved.append(&mut moved);
    Ok(())
}

/// Returns the days of this attachment that had ended at the checkpoint, ascending.
fn ledger(world: &StoredWorld, stream: Stream, attachment: &Attachment) -> Result<Vec<ClosedDays>, RunError> {
    let mut closed = closed_days(&world.store, &world.dir, stream)?;
    let (since, current) = (attachment.since.utc_day(), Positions::of_token(&world.token())?.of(stream).day);
    // Earlier records of the world are in another sink, though they may be digested together with days of this one.
    closed.iter_mut().for_each(|one| one.days.retain(|day| (since..current.unwrap_or(since)).contains(day)));
    closed.retain(|one| !one.days.is_empty());
    Ok(closed)
}

/// Refuses a file of a day before the checkpoint's day on which the world wrote nothing.
fn refuse_strangers(folder: &Path, closed: &[ClosedDays], current: Option<i32>) -> Result<(), RunError> {
    let there = days_in(folder).map_err(|e| RunError::io(folder, "read", e))?;
    let closed: BTreeSet<i32> = closed.iter().flat_map(|one| one.days.iter().copied()).collect();
    let ours = |day: i32| current == Some(day) || closed.contains(&day);
    match there.into_iter().find(|day| current.is_some_and(|current| *day < current) && !ours(*day)) {
        Some(day) => {
            let path = folder.join(file_of_day(day));
            Err(RunError::Unequal(format!("{}: this world wrote nothing on that day", path.display())))
        }
        None => Ok(()),
    }
}

/// The digest of a file.
struct Found {
    digest: Digest,
    bytes: u64,
    hashed: bool,
}

impl Found {
    fn read(mut reader: impl BufRead, path: &Path, from: Digest, fields: (&str, &str)) -> Result<Self, RunError> {
        let mut found = Found { digest: from, bytes: 0, hashed: true };
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(|e| RunError::io(path, "read", e))?;
            if read == 0 {
                return Ok(found);
            }
            found.bytes += read as u64;
            let number = found.digest.count - from.count + 1;
            let fault = |why: String| RunError::Unequal(format!("{}:{number}: {why}", path.display()));
            let Some(object) = line.strip_suffix(b"\n") else { return Err(fault("the line is cut off".into())) };
            let hash = hash_of(object, fields).map_err(fault)?;
            found.hashed &= hash.is_some();
            found.digest.add(hash.unwrap_or_default());
        }
    }

    fn compare(self, path: &Path, from: Digest, expected: Digest, report: &mut TopicReport) -> Result<(), RunError> {
        let (found, wanted) = (self.digest.count - from.count, expected.count - from.count);
        let path = path.display();
        if found != wanted {
            return Err(RunError::Unequal(format!("{path}: it holds {found} records, this world wrote {wanted}")));
        }
        if self.hashed && self.digest != expected {
            return Err(RunError::Unequal(format!(
                "{path}: a record differs from what this world wrote (the digests differ)"
            )));
        }
        report.covered += found;
        report.files += 1;
        report.digested &= self.hashed;
        Ok(())
    }
}
