//! A client of HTTP as small as can be: it sends bytes as they are given, right or wrong, and reads an answer. Knows no
//! route.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(120);

/// Asks one address.
pub struct Client {
    pub address: String,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    /// From all bytes of a connection; status 0 where nothing came.
    pub fn read(from: impl Read) -> Reply {
        let mut reader = BufReader::new(from);
        let (mut line, mut headers) = (String::new(), Vec::new());
        let _ = reader.read_line(&mut line);
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        loop {
            line.clear();
            let _ = reader.read_line(&mut line);
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, n)| n.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        let _ = reader.read_exact(&mut body);
        Reply { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// It is refused with `status` and a problem object that says so.
    #[track_caller]
    pub fn refuses(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.body);
        let problem: Value = serde_json::from_str(&self.body).expect("a problem object");
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{problem}");
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl Client {
    pub fn new(address: &str) -> Self {
        Client { address: address.to_owned() }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends bytes as they are; they may be refused on the way.
    pub fn raw(&self, bytes: &[u8]) -> Reply {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes);
        Reply::read(stream)
    }

    /// A request with further lines of its head, each ended by `\r\n`.
    pub fn send(&self, method: &str, path: &str, head: &str, body: &str) -> Reply {
        let (host, length) = (&self.address, body.len());
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {length}\r\n") };
        let head = if head.contains("Host:") { head.to_owned() } else { format!("Host: {host}\r\n{head}") };
        self.raw(format!("{method} {path} HTTP/1.1\r\n{head}{length}Connection: close\r\n\r\n{body}").as_bytes())
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, "", "")
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send("POST", path, "Content-Type: application/json\r\n", &body)
    }

    pub fn status(&self) -> Value {
        self.get("/api/v1/status").json()
    }

    /// The value of a metric, by its name with its labels.
    #[track_caller]
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").body;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} is missing in {text}"))
    }
}
