//! Where the bytes of a file go: counted, and compressed as a whole where the format is not compressed inside.
//! Must not depend on: single file formats.

use crate::file_format::Compression;
use crate::zstandard::ZstdFrame;
use flate2::GzBuilder;
use flate2::write::GzEncoder;
use std::io::{self, BufWriter, Write};

/// Where the bytes of a file go.
pub type Destination = Box<dyn Write + Send>;

/// The level of gzip: higher ones take several times as long for a tenth less.
pub const GZIP_LEVEL: u32 = 3;

/// The number of bytes that are written at once.
const BUFFER_LEN: usize = 64 * 1024;

/// Counts the bytes that are written.
#[derive(Debug)]
pub struct Counted<W> {
    to: W,
    bytes: u64,
}

impl<W: Write> Counted<W> {
    /// Returns a destination to which no byte was written yet.
    pub fn new(to: W) -> Self {
        Counted { to, bytes: 0 }
    }

    /// Returns the number of bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// A file of text that is compressed as a whole, or not.
pub enum TextFile {
    /// Written as it is.
    Plain(BufWriter<Counted<Destination>>),
    /// Compressed by gzip. Its header holds no time and no name.
    Gzip(BufWriter<GzEncoder<Counted<Destination>>>),
    /// Compressed by Zstandard.
    Zstd(BufWriter<ZstdFrame<Counted<Destination>>>),
}

impl TextFile {
    /// Returns an empty file.
    pub fn new(compression: Compression, to: Destination) -> io::Result<Self> {
        let to = Counted::new(to);
        Ok(match compression {
            Compression::None => TextFile::Plain(BufWriter::with_capacity(BUFFER_LEN, to)),
            Compression::Gzip => {
                let encoder = GzBuilder::new().write(to, flate2::Compression::new(GZIP_LEVEL));
                TextFile::Gzip(BufWriter::with_capacity(BUFFER_LEN, encoder))
            }
            Compression::Zstd => TextFile::Zstd(BufWriter::with_capacity(BUFFER_LEN, ZstdFrame::new(to)?)),
        })
    }

    /// Appends bytes.
    #[inline]
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            TextFile::Plain(to) => to.write_all(bytes),
            TextFile::Gzip(to) => to.write_all(bytes),
            TextFile::Zstd(to) => to.write_all(bytes),
        }
    }

    /// Returns the number of bytes of the file so far. What is not compressed yet is not counted.
    pub fn bytes(&self) -> u64 {
        match self {
            TextFile::Plain(to) => to.get_ref().bytes() + to.buffer().len() as u64,
            TextFile::Gzip(to) => to.get_ref().get_ref().bytes(),
            TextFile::Zstd(to) => to.get_ref().get_ref().bytes(),
        }
    }

    /// Writes the end of the file and returns the number of its bytes.
    pub fn finish(self) -> io::Result<u64> {
        let mut to = match self {
            TextFile::Plain(to) => to.into_inner()?,
            TextFile::Gzip(to) => to.into_inner()?.finish()?,
            TextFile::Zstd(to) => to.into_inner()?.finish()?,
        };
        to.flush()?;
        Ok(to.bytes())
    }
}
