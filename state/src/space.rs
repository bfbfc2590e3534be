//! Disk space, reserved before sled writes: sled 0.34 may hang or fail permanently if the disk is full. Must not depend
//! on: the written bytes.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate, fstatvfs};
use rustix::io::Errno;

use crate::error::{MARGIN, StateError};

/// The most bytes that sled's log grows by for each byte stored (1.6 measured while a world is first written, when no
/// old segment can be used again).
const GROWTH: u64 = 2;

/// The step, in bytes, by which reservations grow, so that few system calls are made.
const STEP: u64 = 8 << 20;

/// Keeps enough of the disk reserved after the end of a growing file.
#[derive(Debug)]
pub(crate) struct DiskReserve {
    file: File,
    dir: PathBuf,
    /// The length of the file, in bytes, when all writes were last on disk.
    base: u64,
    /// The number of bytes reserved after `base`.
    reserved: u64,
    /// The number of bytes that may have been written since.
    pending: u64,
}

impl DiskReserve {
    pub(crate) fn new(file: File, dir: &Path) -> io::Result<Self> {
        let base = file.metadata()?.len();
        Ok(Self { file, dir: dir.to_path_buf(), base, reserved: 0, pending: 0 })
    }

    /// Ensures that `bytes` more can be written.
    pub(crate) fn ensure(&mut self, bytes: u64) -> Result<(), StateError> {
        let pending = self.pending + bytes * GROWTH;
        let wanted = pending + MARGIN;
        if wanted > self.reserved {
            self.reserve(wanted)?;
        }
        self.pending = pending;
        Ok(())
    }

    /// Checks that `bytes` more could be written now.
    pub(crate) fn check(&mut self, bytes: u64) -> Result<(), StateError> {
        let before = self.pending;
        let outcome = self.ensure(bytes);
        self.pending = before;
        outcome
    }

    fn reserve(&mut self, wanted: u64) -> Result<(), StateError> {
        let roomy = wanted.next_multiple_of(STEP);
        let got = if self.try_reserve(roomy)? {
            roomy
        } else if self.try_reserve(wanted)? {
            wanted
        } else {
            return Err(StateError::DiskFull { dir: self.dir.clone(), needed: wanted });
        };
        self.reserved = got;
        Ok(())
    }

    fn try_reserve(&self, bytes: u64) -> Result<bool, StateError> {
        match fallocate(&self.file, FallocateFlags::KEEP_SIZE, self.base, bytes) {
            Ok(()) => Ok(true),
            Err(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => Ok(false),
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => self.is_free(bytes),
            Err(errno) => Err(StateError::from_io("extended", &self.dir, errno.into())),
        }
    }

    /// Returns whether `bytes` are free now, for file systems that cannot reserve.
    fn is_free(&self, bytes: u64) -> Result<bool, StateError> {
        let disk = fstatvfs(&self.file).map_err(|errno| StateError::from_io("measured", &self.dir, errno.into()))?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize) >= bytes)
    }

    /// Syncs the file to disk: sled itself leaves file sizes and the disk's own cache to the system.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        self.base = self.file.metadata()?.len();
        self.pending = 0;
        self.reserved = 0;
        Ok(())
    }

    /// Frees the reserved room after the end of the file, which no thread writes any more.
    pub(crate) fn give_back(&mut self) -> io::Result<()> {
        // Setting the same length frees the blocks after it.
        self.file.set_len(self.file.metadata()?.len())?;
        self.reserved = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn more_than_any_disk_holds_is_refused_and_less_is_granted() {
        let dir = tempfile::tempdir().unwrap();
        let file = File::create(dir.path().join("f")).unwrap();
        let mut room = DiskReserve::new(file, dir.path()).unwrap();
        let refused = room.ensure(1 << 50).unwrap_err();
        assert!(matches!(refused, StateError::DiskFull { needed, .. } if needed > 1 << 50), "{refused}");
        room.ensure(1_000).unwrap();
        assert_eq!(room.file.metadata().unwrap().len(), 0, "the file must not grow");
        room.file.set_len(5_000).unwrap();
        room.give_back().unwrap();
        let file = room.file.metadata().unwrap();
        assert_eq!(file.len(), 5_000);
        assert!(file.blocks() * 512 < STEP, "{} blocks are still reserved", file.blocks());
    }
}
