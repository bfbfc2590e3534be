//! The check of a topic's Delta table: its log has every entry, all of this world, and names the files that should be there.
//! Must not depend on: the contents of files.

use crate::run::RunError;
use crate::sink::files::{Listed, ListedFile, Piece, RowFormat, TableState, read_table};
use std::path::Path;

/// Checks the table of a topic against the list of files. Returns the number of its commits.
///
/// # Errors
/// The first fault, with its file.
pub(super) fn check(
    (out, topic): (&Path, &str),
    writer: (u128, u32),
    (listed, format): (&Listed, &RowFormat),
) -> Result<u64, RunError> {
    let table = read_table((out, topic), writer)?;
    let start = format!("{topic}/");
    let own: Vec<(&str, &ListedFile)> =
        listed.files.values().filter_map(|file| Some((file.path.strip_prefix(&start)?, file))).collect();
    let unequal = |path: &str, why: &str| RunError::Unequal(format!("{}{path}: {why}", out.join(&start).display()));
    for (path, file) in &own {
        match table.live.get(*path) {
            Some(live) if live.bytes != file.bytes => return Err(unequal(path, "its table has another size of it")),
            None => return Err(unequal(path, "its table does not name it")),
            Some(_) if !out.join(&file.path).exists() => {
                return Err(unequal(path, "its table names it, and it is gone: put it back"));
            }
            Some(_) => {}
        }
    }
    let last = own.iter().filter_map(|(_, file)| Piece::parse(&file.piece)).max();
    let is_known =
        |path: &String| listed.files.contains_key(&format!("{start}{path}")) || is_removed(listed, &start, path);
    match unexpected(&table, (format, last), is_known) {
        Some(path) => Err(unequal(path, "its table names it, and this world did not write it")),
        None => Ok(table.next),
    }
}

/// Returns whether a file is to leave its table: a crash came between.
fn is_removed(listed: &Listed, start: &str, path: &str) -> bool {
    listed.removed.iter().any(|removed| removed.strip_prefix(start) == Some(path))
}

/// Returns a file of the table that is neither known nor of a time after the last listed one, as one is that was committed
/// just before a crash.
fn unexpected<'a>(
    table: &'a TableState,
    (format, last): (&RowFormat, Option<Piece>),
    is_known: impl Fn(&String) -> bool,
) -> Option<&'a String> {
    let is_later = |path: &str| format.piece_of(path).is_some_and(|piece| last.is_none_or(|last| piece > last));
    table.live.keys().find(|path| !is_known(path) && !is_later(path))
}
