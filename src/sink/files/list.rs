//! The list of whole files that were published, with their sizes and hashes, and of finished files that were removed by
//! their age or size; kept next to the topic folders. Must not depend on: the contents of the files.

use super::appended::AppendedLines;
use crate::sink::SinkError;
use std::collections::BTreeMap;
use std::path::Path;

/// The name of the list in the output folder.
const NAME: &str = ".populace.files";

/// The start of its first line; the world and the attachment follow.
const TITLE: &str = "populace files 1";

/// A published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedFile {
    /// The piece of time that it covers, as text.
    pub(crate) piece: String,
    /// The path in the output folder.
    pub(crate) path: String,
    /// The size in bytes.
    pub(crate) bytes: u64,
    /// The number of records.
    pub(crate) rows: u64,
    /// The hash of its bytes.
    pub(crate) hash: u64,
}

/// The contents of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The files that must be there, unless a user moved them away, by path.
    pub(crate) files: BTreeMap<String, ListedFile>,
    /// The paths of files that were removed.
    pub(crate) removed: Vec<String>,
}

/// The list of one attachment of a world. A file is added once it is durable and before a checkpoint depends on it, so the
/// list may be ahead of the checkpoint; a removed one is noted before it is removed.
#[derive(Debug)]
pub(crate) struct FileList(AppendedLines);

/// A line of the list.
enum Line {
    Published(ListedFile),
    Removed(String),
}

impl FileList {
    /// Returns the list in `out` of an attachment of a world. Reads and writes nothing.
    pub(crate) fn new(out: &Path, world: u128, attachment: u32) -> Self {
        let head = format!("{TITLE} world {world:032x} attachment {attachment}\n");
        FileList(AppendedLines::new(out, NAME, head, |text| parse(text).is_some()))
    }

    /// Reads the list; empty if there is none.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn read(&self) -> Result<Listed, SinkError> {
        let mut listed = Listed::default();
        for line in self.0.read()? {
            match parse(&line) {
                Some(Line::Published(file)) => {
                    listed.removed.retain(|path| *path != file.path);
                    listed.files.insert(file.path.clone(), file);
                }
                Some(Line::Removed(path)) => {
                    listed.files.remove(&path);
                    listed.removed.push(path);
                }
                None => {}
            }
        }
        listed.removed.dedup();
        Ok(listed)
    }

    /// Repairs the list before the first append.
    ///
    /// # Errors
    /// If it cannot be read or changed.
    pub(super) fn repair(&self) -> Result<(), SinkError> {
        self.0.repair()
    }

    /// Adds durable files; durable when this returns.
    ///
    /// # Errors
    /// If the list cannot be written.
    pub(super) fn add<'a>(&self, files: impl Iterator<Item = &'a ListedFile>) -> Result<(), SinkError> {
        self.append(files.map(published).collect())
    }

    /// Notes files that are about to be removed; durable when this returns.
    ///
    /// # Errors
    /// If the list cannot be written.
    pub(super) fn note_removed<'a>(&self, paths: impl Iterator<Item = &'a str>) -> Result<(), SinkError> {
        self.append(paths.map(|path| format!("- {path}\n")).collect())
    }

    fn append(&self, lines: String) -> Result<(), SinkError> {
        if lines.is_empty() { Ok(()) } else { self.0.append(&lines) }
    }
}

fn published(file: &ListedFile) -> String {
    let ListedFile { piece, path, bytes, rows, hash } = file;
    format!("+ {piece} {path} {bytes} {rows} {hash:016x}\n")
}

fn parse(line: &str) -> Option<Line> {
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["-", path] => Some(Line::Removed(path.to_owned())),
        ["+", piece, path, bytes, rows, hash] => {
            let (bytes, rows, hash) = (bytes.parse().ok()?, rows.parse().ok()?, u64::from_str_radix(hash, 16).ok()?);
            let file = ListedFile { piece: piece.to_owned(), path: path.to_owned(), bytes, rows, hash };
            (published(&file).trim_end_matches('\n') == line).then_some(Line::Published(file))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn file(path: &str, bytes: u64) -> ListedFile {
        ListedFile { piece: "2026-01-31".into(), path: path.into(), bytes, rows: 2, hash: 0xabc }
    }

    #[test]
    fn what_was_added_is_read_and_what_was_removed_is_known() {
        let out = tempfile::tempdir().unwrap();
        let list = FileList::new(out.path(), 7, 1);
        assert_eq!(list.read().unwrap(), Listed::default());
        list.repair().unwrap();
        list.add([file("a/1", 5), file("a/2", 6)].iter()).unwrap();
        list.note_removed(["a/1"].into_iter()).unwrap();
        list.add([file("a/2", 7)].iter()).unwrap();
        let listed = list.read().unwrap();
        assert_eq!(
            listed.files.values().map(|file| (file.path.as_str(), file.bytes)).collect::<Vec<_>>(),
            [("a/2", 7)]
        );
        assert_eq!(listed.removed, ["a/1"]);
        // A file that is made again after a crash is there again.
        list.add([file("a/1", 5)].iter()).unwrap();
        assert_eq!(list.read().unwrap().removed, [""; 0]);
        assert_eq!(FileList::new(out.path(), 8, 1).read().unwrap(), Listed::default());
    }

    #[test]
    fn what_a_power_loss_left_of_a_line_is_cut() {
        for tail in ["+ 2026-01-31 a/3 5 2 00000000000", "+ 2026-01-31 a/3 +5 2 0000000000000abc\n", "\0\0\0"] {
            let out = tempfile::tempdir().unwrap();
            let list = FileList::new(out.path(), 7, 1);
            list.add([file("a/1", 5)].iter()).unwrap();
            let path = out.path().join(NAME);
            let whole = fs::read(&path).unwrap();
            fs::write(&path, [&whole, tail.as_bytes()].concat()).unwrap();
            assert_eq!(list.read().unwrap().files.len(), 1);
            list.repair().unwrap();
            assert_eq!(fs::read(&path).unwrap(), whole);
        }
    }
}
