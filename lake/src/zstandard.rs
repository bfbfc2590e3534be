//! Compression by Zstandard, through its C library, which Kafka's client brings with it. Must not depend on: file
//! formats.

use std::io::{self, Write};
use zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer};

/// The level: higher ones take several times as long for a tenth less.
const LEVEL: i32 = 1;

fn error(code: usize) -> io::Error {
    io::Error::other(zstd_safe::get_error_name(code))
}

fn context() -> io::Result<CCtx<'static>> {
    let mut context = CCtx::create();
    context.set_parameter(CParameter::CompressionLevel(LEVEL)).map_err(error)?;
    Ok(context)
}

/// Compresses blocks by themselves.
pub struct ZstdBlocks(CCtx<'static>);

impl ZstdBlocks {
    /// Returns the compressor.
    pub fn new() -> io::Result<Self> {
        context().map(ZstdBlocks)
    }

    /// Returns a block compressed.
    pub fn compress(&mut self, block: &[u8]) -> io::Result<Vec<u8>> {
        let mut compressed = vec![0; zstd_safe::compress_bound(block.len())];
        let len = self.0.compress2(&mut compressed[..], block).map_err(error)?;
        compressed.truncate(len);
        Ok(compressed)
    }
}

/// Compresses what is written to it, as one frame with a checksum.
pub struct ZstdFrame<W> {
    context: CCtx<'static>,
    buffer: Box<[u8]>,
    to: W,
}

impl<W: Write> ZstdFrame<W> {
    /// Returns an empty frame.
    pub fn new(to: W) -> io::Result<Self> {
        let mut context = context()?;
        context.set_parameter(CParameter::ChecksumFlag(true)).map_err(error)?;
        Ok(ZstdFrame { context, buffer: vec![0; CCtx::out_size()].into(), to })
    }

    /// Returns the destination.
    pub fn get_ref(&self) -> &W {
        &self.to
    }

    /// Writes the end of the frame and returns the destination.
    pub fn finish(mut self) -> io::Result<W> {
        loop {
            let mut output = OutBuffer::around(&mut self.buffer[..]);
            let left = self.context.end_stream(&mut output).map_err(error)?;
            self.to.write_all(output.as_slice())?;
            if left == 0 {
                return Ok(self.to);
            }
        }
    }
}

impl<W: Write> Write for ZstdFrame<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut input = InBuffer::around(bytes);
        while input.pos() < bytes.len() {
            let mut output = OutBuffer::around(&mut self.buffer[..]);
            self.context.compress_stream(&mut output, &mut input).map_err(error)?;
            self.to.write_all(output.as_slice())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
