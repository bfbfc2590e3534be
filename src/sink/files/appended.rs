//! A file of lines beside the topic folders that is only appended to, and survives a power loss up to its last whole line.
//! Must not depend on: the meaning of the lines.

use crate::sink::SinkError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file of lines of one attachment of a world, which its first line names.
#[derive(Debug)]
pub(super) struct AppendedLines {
    folder: PathBuf,
    path: PathBuf,
    head: String,
    /// Returns whether a line, without its end, is one that was written whole.
    is_whole: fn(&str) -> bool,
}

impl AppendedLines {
    /// Returns the file of this name in `folder`. Reads and writes nothing.
    pub(super) fn new(folder: &Path, name: &str, head: String, is_whole: fn(&str) -> bool) -> Self {
        AppendedLines { folder: folder.to_path_buf(), path: folder.join(name), head, is_whole }
    }

    /// Returns the valid lines, without the first one; none if the file is missing or that of another attachment.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(super) fn read(&self) -> Result<Vec<String>, SinkError> {
        let bytes = self.bytes()?;
        Ok(self.whole(&bytes).unwrap_or_default().lines().skip(1).map(str::to_owned).collect())
    }

    fn bytes(&self) -> Result<Vec<u8>, SinkError> {
        match fs::read(&self.path) {
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
            other => other.map_err(|e| SinkError::io(&self.path, "read", e)),
        }
    }

    /// Returns the valid lines, from the first line on; None if the file is that of another world or attachment.
    fn whole<'a>(&self, bytes: &'a [u8]) -> Option<&'a str> {
        let rest = bytes.strip_prefix(self.head.as_bytes())?;
        let lines = rest.split_inclusive(|byte| *byte == b'\n');
        let whole = lines.take_while(|line| self.is_valid(line)).map(<[u8]>::len).sum::<usize>();
        std::str::from_utf8(&bytes[..self.head.len() + whole]).ok()
    }

    fn is_valid(&self, line: &[u8]) -> bool {
        let text = std::str::from_utf8(line).ok().and_then(|text| text.strip_suffix('\n'));
        text.is_some_and(self.is_whole)
    }

    /// Repairs the file before the first append: cuts a line that a power loss left incomplete, and removes the file of
    /// another world.
    ///
    /// # Errors
    /// If the file cannot be read or changed.
    pub(super) fn repair(&self) -> Result<(), SinkError> {
        let bytes = self.bytes()?;
        let mended = match self.whole(&bytes).map(str::len) {
            _ if bytes.is_empty() => Ok(()),
            None => fs::remove_file(&self.path),
            Some(length) if length < bytes.len() => {
                OpenOptions::new().write(true).open(&self.path).and_then(|file| file.set_len(length as u64))
            }
            Some(_) => Ok(()),
        };
        mended.map_err(|e| SinkError::io(&self.path, "mended", e))
    }

    /// Appends whole lines; durable when this returns.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn append(&self, lines: &str) -> Result<(), SinkError> {
        let write = || {
            let mut file = OpenOptions::new().append(true).create(true).open(&self.path)?;
            let is_new = file.metadata()?.len() == 0;
            let head = if is_new { self.head.as_str() } else { "" };
            file.write_all([head, lines].concat().as_bytes())?;
            file.sync_all()?;
            if is_new { File::open(&self.folder)?.sync_all() } else { Ok(()) }
        };
        write().map_err(|e: io::Error| SinkError::io(&self.path, "written", e))
    }
}
