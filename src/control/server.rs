//! Listens on the socket and passes requests on to the desk. Knows lines of bytes, not what they ask.

use super::socket::{SOCKET, short_path};
use super::{Declined, Desk, to_line};
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// Longest request in bytes.
const LONGEST: u64 = 64 * 1024;

/// The socket while it is served; dropping it removes it.
pub struct Serving {
    path: PathBuf,
    accepting: AbortHandle,
    _directory: Option<File>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.accepting.abort();
        // A socket that stays behind is replaced by the next run.
        let _ = fs::remove_file(&self.path);
    }
}

/// Serves `<data_dir>/control.sock`, replacing one that a killed run left: only the holder of the store gets here.
///
/// # Errors
/// Where the socket cannot be made.
pub fn serve(handle: &Handle, data_dir: &Path, desk: Desk) -> io::Result<Serving> {
    let (path, directory) = short_path(data_dir)?;
    let final_path = data_dir.join(SOCKET);
    match fs::remove_file(&final_path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let guard = handle.enter();
    let listener = UnixListener::bind(&path)?;
    drop(guard);
    fs::set_permissions(&final_path, Permissions::from_mode(0o600))?;
    let task = handle.spawn(accept(listener, desk));
    Ok(Serving { path: final_path, accepting: task.abort_handle(), _directory: directory })
}

async fn accept(listener: UnixListener, desk: Desk) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, desk.clone()));
            }
            // Out of file handles, most likely: that passes.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
}

async fn converse(stream: UnixStream, desk: Desk) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut limited = tokio::io::AsyncReadExt::take(&mut read, LONGEST);
        if limited.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        if line.len() as u64 == LONGEST && !line.ends_with(b"\n") {
            // What follows cannot be told from a next request, so this is the last answer.
            let long = Err(Declined::unfit(format!(
                "a request has at most {LONGEST} bytes, and is one JSON object on one line"
            )));
            return write.write_all(to_line(&long).as_bytes()).await;
        }
        let answer = match serde_json::from_slice(&line) {
            Ok(request) => desk.answer(request).await,
            Err(e) => {
                let example = "{\"request\":\"status\"}";
                Err(Declined::unfit(format!("the request cannot be understood: {e}; an example: {example}")))
            }
        };
        write.write_all(to_line(&answer).as_bytes()).await?;
    }
}
