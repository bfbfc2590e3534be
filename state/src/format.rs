//! The envelope around every saved item: magic, format version, checksum, payload.
//! Must not depend on: the meaning of payloads, the place where they are stored.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The version of the saved format that this crate writes and reads.
pub(crate) const VERSION: u8 = 1;

/// The number of bytes before the payload: magic (4), version (1), checksum (8).
pub(crate) const HEADER: usize = 13;

/// The kind of content of an envelope; each has its own magic, so that no record passes for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Block,
    Head,
    Identity,
    Command,
    Setting,
}

impl Kind {
    fn magic(self) -> [u8; 4] {
        match self {
            Self::Block => *b"PopB",
            Self::Head => *b"PopH",
            Self::Identity => *b"PopI",
            Self::Command => *b"PopC",
            Self::Setting => *b"PopS",
        }
    }
}

/// The reason why an envelope could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("it is cut short")]
    Short,
    #[error("it does not begin as it should")]
    Magic,
    #[error("it has format version {0}")]
    Version(u8),
    #[error("its checksum differs")]
    Checksum,
    #[error("its contents do not unpack")]
    Contents,
}

fn checksum(kind: Kind, version: u8, payload: &[u8]) -> u64 {
    let seed = u64::from(u32::from_le_bytes(kind.magic())) << 8 | u64::from(version);
    xxh3_64_with_seed(payload, seed)
}

/// Fills in the header of an envelope whose payload already follows the `HEADER` bytes.
pub(crate) fn seal_in_place(kind: Kind, envelope: &mut [u8]) {
    let sum = checksum(kind, VERSION, &envelope[HEADER..]);
    envelope[..4].copy_from_slice(&kind.magic());
    envelope[4] = VERSION;
    envelope[5..HEADER].copy_from_slice(&sum.to_le_bytes());
}

/// Returns an envelope that holds the payload.
pub(crate) fn seal(kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut envelope = Vec::with_capacity(HEADER + payload.len());
    envelope.resize(HEADER, 0);
    envelope.extend_from_slice(payload);
    seal_in_place(kind, &mut envelope);
    envelope
}

/// Returns the payload, after checking magic, version and checksum.
pub(crate) fn unseal(kind: Kind, envelope: &[u8]) -> Result<&[u8], Flaw> {
    let (header, payload) = envelope.split_at_checked(HEADER).ok_or(Flaw::Short)?;
    if header[..4] != kind.magic() {
        return Err(Flaw::Magic);
    }
    if header[4] != VERSION {
        return Err(Flaw::Version(header[4]));
    }
    if header[5..] != checksum(kind, VERSION, payload).to_le_bytes() {
        return Err(Flaw::Checksum);
    }
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_noticed() {
        let sealed = seal(Kind::Head, b"some payload");
        assert_eq!(unseal(Kind::Head, &sealed), Ok(&b"some payload"[..]));
        for bit in 0..sealed.len() * 8 {
            let mut torn = sealed.clone();
            torn[bit / 8] ^= 1 << (bit % 8);
            assert!(unseal(Kind::Head, &torn).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn kinds_and_lengths_are_told_apart() {
        let sealed = seal(Kind::Head, b"");
        assert_eq!(unseal(Kind::Command, &sealed), Err(Flaw::Magic));
        assert_eq!(unseal(Kind::Head, &sealed[..HEADER - 1]), Err(Flaw::Short));
    }

    #[test]
    fn another_version_is_named() {
        let mut sealed = seal(Kind::Head, b"x");
        sealed[4] = 9;
        assert_eq!(unseal(Kind::Head, &sealed), Err(Flaw::Version(9)));
    }
}
