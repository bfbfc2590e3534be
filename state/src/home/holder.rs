//! The users who may hold the lock of a world, and the process that does. Every user who may open the file can hold the
//! lock, so files of a world are closed to other users of the machine. Must not depend on: the locked data.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

/// The list of the locks that are held, by Linux.
const LOCKS: &str = "/proc/locks";

/// The beginning of a file that names its holder.
const NAMED: &str = "process ";

/// Takes from other users the right to enter the directory of a world and to open its lock. Keeps the right of the
/// group if the group may write the parent directory. Leaves a directory of another owner as it is.
pub(super) fn close_to_others(dir: &Path, holder: &Path) {
    let above = dir.parent().and_then(|above| fs::metadata(above).ok());
    let shared = above.is_some_and(|above| above.mode() & 0o020 != 0);
    let others = if shared { 0o007 } else { 0o077 };
    for path in [dir, holder] {
        let Ok(found) = fs::metadata(path) else { continue };
        let mode = found.mode() & 0o7777 & !others;
        if mode != found.mode() & 0o7777 {
            // Only the owner may change the mode.
            let _ = fs::set_permissions(path, Permissions::from_mode(mode));
        }
    }
}

/// Returns the name of this process, as it is written into a lock file: `process 4711 on host b`.
pub fn process_name() -> String {
    format!("{NAMED}{} on host {}", std::process::id(), host())
}

fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Returns the name of the process that holds a locked file. The system knows it; the text of the file at `path` may be that
/// of an earlier holder, and counts only if the system does not know, as on a disk of another machine.
pub fn lock_holder(holder: &File, path: &Path) -> String {
    let text = fs::read_to_string(path).ok().filter(|text| text.starts_with(NAMED));
    let inode = holder.metadata().map(|found| found.ino());
    let locks = fs::read_to_string(LOCKS).unwrap_or_default();
    match (inode.ok().and_then(|inode| locker(&locks, inode)), text) {
        (Some(pid), Some(text)) if number_in(&text) == Some(pid) => text,
        (Some(pid), _) => format!("{NAMED}{pid}{}", called(pid)),
        (None, Some(text)) if !is_over(&text) => text,
        _ => "another process".to_owned(),
    }
}

/// Returns the id of the process that holds a lock of the whole file with this inode, according to the list of locks.
fn locker(locks: &str, inode: u64) -> Option<u32> {
    let mut held = locks.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let &[_, "FLOCK", _, _, pid, file, ..] = words.as_slice() else { return None };
        if file.rsplit(':').next()? == inode.to_string() { pid.parse().ok() } else { None }
    });
    held.next()
}

fn number_in(text: &str) -> Option<u32> {
    text.strip_prefix(NAMED)?.split(' ').next()?.parse().ok()
}

/// Returns whether the text names a process of this machine that has ended.
fn is_over(text: &str) -> bool {
    let here = text.strip_suffix(&host()).is_some_and(|text| text.ends_with(" on host "));
    here && number_in(text).is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists())
}

/// Returns the name of a process, in brackets.
fn called(pid: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    if name.trim().is_empty() { String::new() } else { format!(" ({})", name.trim()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{FlockOperation, flock};

    #[test]
    fn the_holder_is_who_holds_and_not_who_is_written_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("holder");
        fs::write(&path, format!("process 4194304 on host {}", host())).unwrap();
        let file = File::open(&path).unwrap();
        flock(&file, FlockOperation::LockExclusive).unwrap();
        let said = lock_holder(&File::open(&path).unwrap(), &path);
        assert!(said.starts_with(&format!("process {}", std::process::id())) || said == "another process", "{said}");
        fs::write(&path, "process 5 on host elsewhere").unwrap();
        drop(file);
        assert_eq!(lock_holder(&File::open(&path).unwrap(), &path), "process 5 on host elsewhere");
    }

    #[test]
    fn the_list_of_locks_is_understood() {
        let list = "1: POSIX  ADVISORY  WRITE 7 00:2f:88 0 EOF\n2: FLOCK  ADVISORY  WRITE 4711 00:2f:88 0 EOF\n";
        assert_eq!((locker(list, 88), locker(list, 8)), (Some(4711), None));
    }

    #[test]
    fn other_users_may_not_enter() {
        let root = tempfile::tempdir().unwrap();
        let (dir, holder) = (root.path().join("world"), root.path().join("world/holder"));
        fs::create_dir(&dir).unwrap();
        fs::write(&holder, "").unwrap();
        let modes = || [&dir, &holder].map(|path| fs::metadata(path).unwrap().mode() & 0o777);
        let set = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        for (above, expected) in [(0o755, [0o700, 0o600]), (0o775, [0o770, 0o660])] {
            set(root.path(), above);
            set(&dir, 0o777);
            set(&holder, 0o666);
            close_to_others(&dir, &holder);
            assert_eq!(modes(), expected);
        }
    }
}
