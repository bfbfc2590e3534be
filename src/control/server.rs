//! A listener on the control socket that passes requests on. Must not depend on: the meaning of requests.

use super::answer::to_line;
use super::dispatch::answer;
use super::socket::short_path;
use super::{Answer, Request};
use crate::ops::{RequestError, RequestHandler};
use crate::paths::CONTROL_SOCKET;
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
use tracing::Instrument;

/// The longest request in bytes.
const MAX_REQUEST: u64 = 64 * 1024;

/// The maximum number of open connections.
const MAX_CONNECTIONS: usize = 64;

/// The time after which an idle connection is closed if all places are taken.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The folder in the data directory where the socket is created.
const FOLDER: &str = ".control";

/// The socket while it is served. Dropping it removes the socket.
pub struct Serving {
    path: PathBuf,
    accepting: AbortHandle,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.accepting.abort();
        // The next run replaces a socket that remains.
        let _ = fs::remove_file(&self.path);
    }
}

/// Serves `<data_dir>/control.sock`, and replaces a socket that a killed run left. The caller holds the store.
///
/// # Errors
/// If the socket cannot be created.
pub fn serve(handle: &Handle, data_dir: &Path, handler: RequestHandler) -> io::Result<Serving> {
    let guard = handle.enter();
    let listener = bind(data_dir)?;
    drop(guard);
    let task = handle.spawn(accept(listener, handler));
    Ok(Serving { path: data_dir.join(CONTROL_SOCKET), accepting: task.abort_handle() })
}

/// Creates the socket in a folder that only this user can enter, closes it to others, and moves it to its place: a new
/// socket is open to every user that the umask admits.
fn bind(data_dir: &Path) -> io::Result<UnixListener> {
    let folder = data_dir.join(FOLDER);
    let made = folder.join(CONTROL_SOCKET);
    unless_absent(fs::remove_file(&made))?;
    unless_absent(fs::remove_dir(&folder))?;
    DirBuilder::new().mode(0o700).create(&folder)?;
    let (path, _keep) = short_path(&folder)?;
    let listener = UnixListener::bind(&path)?;
    fs::set_permissions(&made, Permissions::from_mode(0o600))?;
    fs::rename(&made, data_dir.join(CONTROL_SOCKET))?;
    fs::remove_dir(&folder)?;
    Ok(listener)
}

fn unless_absent(outcome: io::Result<()>) -> io::Result<()> {
    outcome.or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
}

async fn accept(listener: UnixListener, handler: RequestHandler) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => match places.clone().try_acquire_owned() {
                Ok(place) => drop(tokio::spawn(serve_connection(stream, handler.clone(), place))),
                Err(_) => reject(stream),
            },
            // Most likely out of file handles, which is a transient fault.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
}

/// Answers before a request, and closes the connection. The answer fits into an empty socket, so that the write does
/// not block.
fn reject(stream: UnixStream) {
    let why = format!("{MAX_CONNECTIONS} connections are open already; close some and retry");
    let line = to_line(&Err(RequestError::Connection(why)));
    // The client may be gone.
    let _ = stream.into_std().and_then(|mut stream| stream.write_all(line.as_bytes()));
}

/// Reads a line, or the rest of the input at its end. Returns false at the end of the input, or if the connection is
/// idle and all places are taken.
async fn next_line(
    read: &mut BufReader<OwnedReadHalf>,
    line: &mut Vec<u8>,
    place: &OwnedSemaphorePermit,
) -> io::Result<bool> {
    line.clear();
    loop {
        let mut limited = tokio::io::AsyncReadExt::take(&mut *read, MAX_REQUEST - line.len() as u64);
        // Bytes that were read before the timeout stay in the line.
        match timeout(IDLE_TIMEOUT, limited.read_until(b'\n', line)).await {
            Ok(outcome) => return outcome.map(|_| !line.is_empty()),
            Err(_) if place.semaphore().available_permits() == 0 => return Ok(false),
            Err(_) => {}
        }
    }
}

/// Answers a request in a span of its own.
async fn respond(handler: &RequestHandler, request: Request) -> Answer {
    let span = tracing::debug_span!("request", command = request.name());
    let answered = async {
        let answered = answer(handler, request).await;
        tracing::debug!(ok = answered.is_ok(), "request answered");
        answered
    };
    answered.instrument(span).await
}

async fn serve_connection(stream: UnixStream, handler: RequestHandler, place: OwnedSemaphorePermit) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut line = Vec::new();
    loop {
        if !next_line(&mut read, &mut line, &place).await? {
            return Ok(());
        }
        if line.len() as u64 == MAX_REQUEST && !line.ends_with(b"\n") {
            // The rest is no request, so this is the last answer.
            let long = Err(RequestError::Protocol(format!(
                "a request is one JSON object on one line, of at most {MAX_REQUEST} bytes"
            )));
            return write.write_all(to_line(&long).as_bytes()).await;
        }
        let answered = match serde_json::from_slice(&line) {
            Ok(request) => respond(&handler, request).await,
            Err(e) => {
                let example = "{\"request\":\"status\"}";
                Err(RequestError::Protocol(format!("invalid request: {e}; an example: {example}")))
            }
        };
        write.write_all(to_line(&answered).as_bytes()).await?;
    }
}
