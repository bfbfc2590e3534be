//! The check of whole files: each one's size and hash by the list of files, and its rows by a replay of the world from its
//! creation, which makes the same bytes again; the logs of Delta tables by the list, and staged records as files that grow. Must not depend on: clusters.

mod report;
mod table;
mod topic;

use super::beyond::{self, GrowingFiles};
use super::folder::TopicFiles;
use super::report::TopicReport;
use crate::config::FileShape;
use crate::output::print;
use crate::run::{RunError, StoredWorld};
use crate::sink::files::{FileList, Growing, Listed, Piece, RowFormat, staging_in};
use crate::verify::replay::{Going, Life, replay};
use crate::verify::request::VerifyRequest;
use populace_sim::{RULES_VERSION, Town, VirtualTime};
use populace_wire::Record;
use report::{WholeReport, render};
use std::ops::Range;
use std::sync::Arc;
use topic::WholeTopic;

/// Checks all topics, and prints a report.
///
/// # Errors
/// The first fault, with its file, or the reason why nothing could be checked.
pub(super) fn verify(
    world: &StoredWorld,
    town: &Arc<Town>,
    (files, shape, until): (&TopicFiles, FileShape, VirtualTime),
    request: &VerifyRequest,
) -> Result<(), RunError> {
    let id = world.store.identity().world_id;
    let listed = FileList::new(&files.out, id, files.attachment.number).read()?;
    let format = RowFormat::new(shape, town)?.of_world(id);
    let check = |topic| table::check((&files.out, topic), (id, files.attachment.number), (&listed, &format));
    let open = |stream| {
        let topic = town.topic_name(stream);
        // The table first: it says who wrote a file that is not listed.
        let commits = format.is_delta().then(|| check(topic)).transpose()?;
        Ok::<_, RunError>(WholeTopic::open((stream, topic), &files.out, &listed, &format)?.with_commits(commits))
    };
    let mut topics = town.streams().map(open).collect::<Result<Vec<_>, _>>()?;
    // Other rules make other records, and files say which rules made them.
    let is_replayed = world.store.identity().rules_version == RULES_VERSION;
    if let (true, Some(end)) = (is_replayed, end_of(&listed)) {
        compare(world, (&mut topics, end), files.attachment.since..until, request.threads)?;
    }
    let mut staged: Vec<TopicReport> = topics.iter().map(|_| TopicReport::default()).collect();
    let takes = |record: &Record<'_>| format.takes(record);
    let staging = staging_in(&files.out);
    let growing = GrowingFiles { out: &staging, kind: Growing::Staged, takes: &takes };
    beyond::check(world, town, growing, request.threads, &mut staged)?;
    let reports = topics.into_iter().zip(staged).map(|(topic, staged)| WholeReport {
        staged: staged.beyond,
        replayed: is_replayed,
        ..topic.into_report()
    });
    Ok(print(&render(&reports.collect::<Vec<_>>(), request.json))?)
}

/// Returns the first instant after all listed files; None if there are none.
fn end_of(listed: &Listed) -> Option<VirtualTime> {
    listed.files.values().filter_map(|file| Some(Piece::parse(&file.piece)?.end())).max()
}

fn compare(
    world: &StoredWorld,
    (topics, end): (&mut [WholeTopic<'_>], VirtualTime),
    span: Range<VirtualTime>,
    threads: usize,
) -> Result<(), RunError> {
    replay(Life::from_birth(world, threads)?, end, |record| {
        if let Some(record) = record.filter(|record| span.contains(&record.time)) {
            let topic = topics.iter_mut().find(|topic| topic.stream() == record.stream);
            topic.expect("a world has the streams of its records").meet(record)?;
        }
        Ok(Going::On)
    })?;
    topics.iter_mut().try_for_each(WholeTopic::end)
}
