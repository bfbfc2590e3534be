//! Asks a running world.

use super::socket::short_path;
use super::{Answer, Request, RequestError, from_line};
use std::io::ErrorKind::{ConnectionRefused, NotADirectory, NotFound};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// A connection to a running world.
pub struct Client {
    stream: BufReader<UnixStream>,
}

/// Connects to the world in `data_dir`; none when it does not run.
///
/// # Errors
/// Where the socket is there and may not be used.
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
    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// What the world answers, or that it went away.
    pub fn ask(&mut self, request: &Request) -> Answer {
        let gone =
            |e: io::Error| RequestError::busy(format!("the world went away before it answered ({e}); ask again"));
        let mut line = serde_json::to_string(request).expect("a request is plain data");
        line.push('\n');
        let sent = self.stream.get_mut().write_all(line.as_bytes());
        let mut answer = String::new();
        // One that is turned away is answered before it asks, and cannot ask then.
        let read = self.stream.read_line(&mut answer);
        if answer.is_empty() {
            sent.and(read).map_err(gone)?;
            return Err(gone(io::ErrorKind::UnexpectedEof.into()));
        }
        from_line(answer.trim_end())
    }
}
