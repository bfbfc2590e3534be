//! Listens on the socket and passes requests on to the desk. Knows lines of bytes, not what they ask.

use super::socket::{SOCKET, short_path};
use super::{RequestError, to_line};
use crate::ops::RequestHandler;
use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::OwnedReadHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// Longest request in bytes.
const LONGEST: u64 = 64 * 1024;

/// Connections at once at most.
const CONNECTIONS: usize = 64;

/// How long a connection keeps its place without a request while all places are taken.
const IDLE: Duration = Duration::from_secs(30);

/// The folder in the data directory where the socket is made.
const FOLDER: &str = ".control";

/// The socket while it is served; dropping it removes it.
pub struct Serving {
    path: PathBuf,
    accepting: AbortHandle,
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
pub fn serve(handle: &Handle, data_dir: &Path, desk: RequestHandler) -> io::Result<Serving> {
    let guard = handle.enter();
    let listener = bind(data_dir)?;
    drop(guard);
    let task = handle.spawn(accept(listener, desk));
    Ok(Serving { path: data_dir.join(SOCKET), accepting: task.abort_handle() })
}

/// Makes the socket in a folder that only this user can enter, and moves it to its place once it is closed to others: until
/// then it is open to every user that the umask lets in.
fn bind(data_dir: &Path) -> io::Result<UnixListener> {
    let folder = data_dir.join(FOLDER);
    let made = folder.join(SOCKET);
    unless_absent(fs::remove_file(&made))?;
    unless_absent(fs::remove_dir(&folder))?;
    DirBuilder::new().mode(0o700).create(&folder)?;
    let (path, _keep) = short_path(&folder)?;
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&made, Permissions::from_mode(0o600))?;
    fs::rename(&made, data_dir.join(SOCKET))?;
    fs::remove_dir(&folder)?;
    Ok(listener)
}

fn unless_absent(outcome: io::Result<()>) -> io::Result<()> {
    outcome.or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
}

async fn accept(listener: UnixListener, desk: RequestHandler) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => match places.clone().try_acquire_owned() {
                Ok(place) => drop(tokio::spawn(converse(stream, desk.clone(), place))),
                Err(_) => turn_away(stream),
            },
            // Out of file handles, most likely: that passes.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
}

/// Answers before anything is asked, and closes. The answer fits into an empty socket, so nothing is waited for.
fn turn_away(stream: UnixStream) {
    let why = format!("{CONNECTIONS} connections are open already: close some, and ask again");
    let line = to_line(&Err(RequestError::busy(why)));
    // A client that has gone by now needs no answer.
    let _ = stream.into_std().and_then(|mut stream| stream.write_all(line.as_bytes()));
}

/// Reads a line, or what there is of it at the end; false where there is no more, or where nobody asks for long and others
/// need the place.
async fn next_line(
    read: &mut BufReader<OwnedReadHalf>,
    line: &mut Vec<u8>,
    place: &OwnedSemaphorePermit,
) -> io::Result<bool> {
    line.clear();
    loop {
        let mut limited = tokio::io::AsyncReadExt::take(&mut *read, LONGEST - line.len() as u64);
        // What was read before the time is over stays in the line.
        match timeout(IDLE, limited.read_until(b'\n', line)).await {
            Ok(outcome) => return outcome.map(|_| !line.is_empty()),
            Err(_) if place.semaphore().available_permits() == 0 => return Ok(false),
            Err(_) => {}
        }
    }
}

async fn converse(stream: UnixStream, desk: RequestHandler, place: OwnedSemaphorePermit) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut line = Vec::new();
    loop {
        if !next_line(&mut read, &mut line, &place).await? {
            return Ok(());
        }
        if line.len() as u64 == LONGEST && !line.ends_with(b"\n") {
            // What follows cannot be told from a next request, so this is the last answer.
            let long = Err(RequestError::unfit(format!(
                "a request has at most {LONGEST} bytes, and is one JSON object on one line"
            )));
            return write.write_all(to_line(&long).as_bytes()).await;
        }
        let answer = match serde_json::from_slice(&line) {
            Ok(request) => desk.answer(request).await,
            Err(e) => {
                let example = "{\"request\":\"status\"}";
                Err(RequestError::unfit(format!("the request cannot be understood: {e}; an example: {example}")))
            }
        };
        write.write_all(to_line(&answer).as_bytes()).await?;
    }
}
