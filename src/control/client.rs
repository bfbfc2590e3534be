//! The client of the control socket.

use super::answer::from_line;
use super::socket::short_path;
use super::{Answer, Request};
use crate::ops::RequestError;
use std::io::ErrorKind::{ConnectionRefused, NotADirectory, NotFound};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// A connection to a running world.
pub struct Client {
    stream: BufReader<UnixStream>,
}

/// Connects to the world in `data_dir`; `None` if it does not run.
///
/// # Errors
/// If the socket exists and cannot be used.
pub fn connect(data_dir: &Path) -> io::Result<Option<Client>> {
    let (path, _keep) = match short_path(data_dir) {
        Err(e) if matches!(e.kind(), NotFound | NotADirectory) => return Ok(None),
        other => other?,
    };
    match UnixStream::connect(path) {
        Ok(stream) => Ok(Some(Client { stream: BufReader::new(stream) })),
        Err(e) if matches!(e.kind(), NotFound | ConnectionRefused | NotADirectory) => Ok(None),
        Err(e) => Err(e),
    }
}

impl Client {
    /// Sends a request and waits for the answer.
    ///
    /// # Errors
    /// If the world refuses the request, or closes the connection.
    pub fn ask(&mut self, request: &Request) -> Answer {
        let gone = |e: io::Error| {
            RequestError::Connection(format!("the world closed the connection before it answered ({e}); retry"))
        };
        let mut line = serde_json::to_string(request).expect("a request is plain data");
        line.push('\n');
        let sent = self.stream.get_mut().write_all(line.as_bytes());
        let mut answer = String::new();
        // A rejected connection is answered before the request, which then cannot be sent.
        let read = self.stream.read_line(&mut answer);
        if answer.is_empty() {
            sent.and(read).map_err(gone)?;
            return Err(gone(io::ErrorKind::UnexpectedEof.into()));
        }
        from_line(answer.trim_end())
    }
}
