//! The compression of blocks by themselves. Must not depend on: single file formats.

use crate::output::GZIP_LEVEL;
use crate::zstandard::ZstdBlocks;
use flate2::write::{DeflateEncoder, GzEncoder};
use std::io::{self, Write};

/// How blocks are compressed.
pub enum BlockCodec {
    /// Not at all.
    None,
    /// By deflate, without a header.
    Deflate,
    /// By deflate, with gzip's header.
    Gzip,
    /// By Zstandard.
    Zstandard(ZstdBlocks),
}

impl BlockCodec {
    /// Returns Zstandard.
    pub fn zstandard() -> io::Result<Self> {
        ZstdBlocks::new().map(BlockCodec::Zstandard)
    }

    /// Returns a block compressed.
    pub fn compress(&mut self, block: &[u8]) -> io::Result<Vec<u8>> {
        let level = flate2::Compression::new(GZIP_LEVEL);
        match self {
            BlockCodec::None => Ok(block.to_vec()),
            BlockCodec::Deflate => {
                let mut encoder = DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(block)?;
                encoder.finish()
            }
            BlockCodec::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), level);
                encoder.write_all(block)?;
                encoder.finish()
            }
            BlockCodec::Zstandard(compressor) => compressor.compress(block),
        }
    }
}
