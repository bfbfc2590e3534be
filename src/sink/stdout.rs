//! Standard output, or any other pipe: one object per line, all streams in one order, at least once. A reader that
//! closes the pipe ends the run; this is not a failure. Must not depend on: files, the terminal.

use super::lines::check_lines;
use super::start::{SinkStart, StartContext};
use super::unreadable::UnreadableStart;
use super::{Mark, Sink, SinkError, SinkKind, Token};
use crate::UsageError;
use crate::config::RunPlan;
use crate::output::stdout_fault;
use populace_sim::VirtualTime;
use populace_wire::Record;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

/// The number of bytes buffered before a write.
const BUFFER: usize = 256 * 1024;

/// The kind of sink that writes to standard output.
pub(crate) struct Stdout;

impl SinkKind for Stdout {
    fn name(&self) -> &'static str {
        "stdout"
    }

    fn check(&self, plan: &RunPlan) -> Result<(), UsageError> {
        check_lines(plan)?;
        let Some(fault) = stdout_fault() else { return Ok(()) };
        let error = UsageError::new(format!("--sink stdout: events go to standard output, and {fault}"));
        Err(error.help("open it for writing, as in `>events.jsonl`, or give --sink null for no events"))
    }

    fn reach(&self, _: StartContext<'_>) -> Result<Box<dyn SinkStart>, SinkError> {
        let open = || Ok(Box::new(LinesSink::new(unbuffered()?)) as Box<dyn Sink>);
        Ok(Box::new(UnreadableStart::new(self.name(), open)))
    }

    fn uses_stdout(&self) -> bool {
        true
    }
}

/// Returns standard output without the buffer of the standard library, which reports success for a closed stream.
fn unbuffered() -> Result<File, SinkError> {
    let owned = io::stdout().as_fd().try_clone_to_owned();
    owned.map(File::from).map_err(|e| SinkError::io("standard output".as_ref(), "opened", e))
}

/// A sink that writes each record as a line.
struct LinesSink<W: Write + Send> {
    out: W,
    buffer: Vec<u8>,
}

impl<W: Write + Send> LinesSink<W> {
    /// Returns a sink that writes to `out`.
    fn new(out: W) -> Self {
        LinesSink { out, buffer: Vec::with_capacity(BUFFER + 4096) }
    }

    fn write(&mut self) -> Result<(), SinkError> {
        let written = self.out.write_all(&self.buffer).and_then(|()| self.out.flush());
        self.buffer.clear();
        written.map_err(|source| match source.kind() {
            io::ErrorKind::BrokenPipe => SinkError::ReaderGone,
            _ => SinkError::io("standard output".as_ref(), "written", source),
        })
    }
}

impl<W: Write + Send> Sink for LinesSink<W> {
    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        self.buffer.extend_from_slice(record.value);
        self.buffer.push(b'\n');
        if self.buffer.len() >= BUFFER { self.write() } else { Ok(()) }
    }

    fn flush(&mut self, _: VirtualTime) -> Result<(), SinkError> {
        if self.buffer.is_empty() { Ok(()) } else { self.write() }
    }

    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError> {
        self.flush(at)?;
        Ok(Mark::durable(Token::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_sim::Stream;

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn record(value: &[u8]) -> Record<'_> {
        Record {
            stream: Stream::Trips,
            time: VirtualTime::from_micros(0),
            key: b"",
            value,
            content: populace_wire::Content::Value,
            entity_sequence: 1,
            hash: 0,
            place: 0,
        }
    }

    #[test]
    fn a_record_is_a_line() {
        let mut out = Vec::new();
        let mut sink = LinesSink::new(&mut out);
        sink.record(&record(b"{}")).unwrap();
        sink.record(&record(b"{\"a\":1}")).unwrap();
        sink.flush(VirtualTime::from_micros(0)).unwrap();
        assert_eq!(out, b"{}\n{\"a\":1}\n");
    }

    #[test]
    fn a_closed_pipe_is_an_error_of_its_own() {
        let mut sink = LinesSink::new(Gone);
        sink.record(&record(b"{}")).unwrap();
        assert!(matches!(sink.flush(VirtualTime::from_micros(0)), Err(SinkError::ReaderGone)));
    }
}
