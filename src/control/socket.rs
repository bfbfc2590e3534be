//! The path of the control socket. Socket paths have a limit of about a hundred bytes; longer ones go through a handle
//! of the directory.

use crate::paths::CONTROL_SOCKET;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// The longest path that every system takes.
const MAX_PATH: usize = 100;

/// Returns a path of the socket that is short enough, and a handle to keep as long as the path is used.
pub(super) fn short_path(data_dir: &Path) -> io::Result<(PathBuf, Option<File>)> {
    let path = data_dir.join(CONTROL_SOCKET);
    if path.as_os_str().len() <= MAX_PATH {
        return Ok((path, None));
    }
    let directory = File::open(data_dir)?;
    let path = PathBuf::from(format!("/proc/self/fd/{}", directory.as_raw_fd())).join(CONTROL_SOCKET);
    Ok((path, Some(directory)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::{UnixListener, UnixStream};

    #[test]
    fn a_long_path_serves_as_well() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("d".repeat(120));
        std::fs::create_dir(&dir).unwrap();
        let (path, _keep) = short_path(&dir).unwrap();
        let _listener = UnixListener::bind(&path).unwrap();
        assert!(dir.join(CONTROL_SOCKET).exists());
        let (path, _keep) = short_path(&dir).unwrap();
        UnixStream::connect(path).unwrap();
    }
}
