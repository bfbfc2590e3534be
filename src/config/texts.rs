//! The reader of scenario files and standard input; an error about a text that is not UTF-8 names the line. Must not
//! depend on: the keys of a scenario.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::UsageError;

/// The maximum number of bytes of a scenario file. A longer one is not a scenario, but for example a device that never ends.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The byte order mark that some editors write before UTF-8.
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// The reason why a text cannot be read.
pub(crate) enum Unread {
    /// The system failed to read it.
    Io(io::Error),
    /// The content is not UTF-8, or too long.
    Unfit(UsageError),
}

/// Returns the name of a file for messages; `-` is standard input.
pub(crate) fn name_of(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == OsStr::new("-")
}

/// Returns the text of a file, without a byte order mark; `-` is standard input.
///
/// # Errors
/// [`Unread::Io`] if the system fails to read it, [`Unread::Unfit`] if it is not UTF-8 or too long.
pub(crate) fn text_of(path: &Path) -> Result<String, Unread> {
    let mut bytes = Vec::new();
    let read = match is_stdin(path) {
        true => io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes),
        false => File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)),
    };
    read.map_err(Unread::Io)?;
    let name = name_of(path);
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let error = UsageError::new(format!("{name}: larger than {} MiB", FILE_BYTES_MAX >> 20));
        return Err(Unread::Unfit(error.help("give a TOML file")));
    }
    decoded(&name, bytes).map_err(Unread::Unfit)
}

fn decoded(name: &str, mut bytes: Vec<u8>) -> Result<String, UsageError> {
    if bytes.starts_with(UTF8_MARK) {
        bytes.drain(..UTF8_MARK.len());
    }
    if let Some(encoding) = wide(&bytes) {
        return Err(other_encoding(&format!("{name}:1: this is {encoding}, not UTF-8"), encoding));
    }
    String::from_utf8(bytes).map_err(|error| {
        let (bytes, at) = (error.as_bytes(), error.utf8_error().valid_up_to());
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        let encoding = narrow(&bytes[at..]);
        let byte = bytes[at];
        other_encoding(&format!("{name}:{line}: byte 0x{byte:02X} is not UTF-8, but probably {encoding}"), encoding)
    })
}

fn other_encoding(what: &str, encoding: &str) -> UsageError {
    UsageError::new(what).help(format!("save the file as UTF-8, as by `iconv -f {encoding} -t UTF-8`"))
}

/// Returns the encoding of a text in units of two or four bytes, by its byte order mark or by its zeros; None for other
/// texts.
fn wide(bytes: &[u8]) -> Option<&'static str> {
    let zeros_at = |offset: usize| {
        let some = bytes.get(..bytes.len().min(64)).unwrap_or_default();
        some.len() >= 4 && some.iter().skip(offset).step_by(2).all(|byte| *byte == 0)
    };
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        _ if zeros_at(1) && !zeros_at(0) => Some("UTF-16LE"),
        _ if zeros_at(0) && !zeros_at(1) => Some("UTF-16BE"),
        _ => None,
    }
}

/// Returns the likely encoding of a text that starts with a byte that is not UTF-8. Latin-1 has no letters from 0x80 to
/// 0x9F, where Windows puts quotation marks and dashes.
fn narrow(rest: &[u8]) -> &'static str {
    let of_windows = rest.iter().any(|byte| (0x80..0xa0).contains(byte));
    if of_windows { "WINDOWS-1252" } else { "ISO-8859-1" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        decoded("town.toml", bytes.to_vec()).expect_err("no UTF-8").to_string()
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        assert_eq!(decoded("x", b"\xef\xbb\xbfa = 1".to_vec()).as_deref(), Ok("a = 1"));
        assert_eq!(decoded("x", "é = 1".as_bytes().to_vec()).as_deref(), Ok("é = 1"));
        assert_eq!(decoded("x", Vec::new()).as_deref(), Ok(""));
    }

    #[test]
    fn other_encodings_are_named_with_their_line() {
        let latin = refused(b"[world]\n# caf\xe9\n");
        assert!(latin.starts_with("town.toml:2: byte 0xE9 is not UTF-8, but probably ISO-8859-1"), "{latin}");
        assert!(latin.contains("iconv -f ISO-8859-1 -t UTF-8"), "{latin}");
        assert!(refused(b"# \x93quoted\x94\n").contains("WINDOWS-1252"));
        assert!(refused(b"a = 1\nb = \xc3").starts_with("town.toml:2: byte 0xC3"));
        let units = |order: fn(u16) -> [u8; 2]| "\u{feff}a = 1\n".encode_utf16().flat_map(order).collect::<Vec<u8>>();
        for (bytes, encoding) in [(units(u16::to_le_bytes), "UTF-16LE"), (units(u16::to_be_bytes), "UTF-16BE")] {
            assert!(refused(&bytes).starts_with("town.toml:1: this is UTF-16, not UTF-8"));
            assert!(refused(&bytes[2..]).contains(encoding), "{}", refused(&bytes[2..]));
        }
        assert!(refused(b"\xff\xfe\0\0a\0\0\0").contains("UTF-32"));
    }
}
