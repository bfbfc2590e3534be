//! The names in a data directory, and the representation of paths in JSON: a string if the path is UTF-8, otherwise a
//! list of its bytes. For `#[serde(with = "crate::paths")]`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The name of the control socket in a data directory.
pub(crate) const CONTROL_SOCKET: &str = "control.sock";

/// Returns the directory of the world in a data directory.
pub(crate) fn world_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("world")
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Bytes(Vec<u8>),
}

pub(crate) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
    match path.to_str() {
        Some(text) => text.serialize(to),
        None => path.as_os_str().as_bytes().serialize(to),
    }
}

pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<PathBuf, D::Error> {
    Ok(match Written::deserialize(from)? {
        Written::Text(text) => text.into(),
        Written::Bytes(bytes) => OsString::from_vec(bytes).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Place {
        #[serde(with = "super")]
        at: PathBuf,
    }

    #[test]
    fn any_path_comes_back() {
        for (bytes, json) in [(&b"a/b"[..], r#"{"at":"a/b"}"#), (b"a\xff", r#"{"at":[97,255]}"#)] {
            let place = Place { at: OsString::from_vec(bytes.to_vec()).into() };
            assert_eq!(serde_json::to_string(&place).unwrap(), json);
            assert_eq!(serde_json::from_str::<Place>(json).unwrap(), place);
        }
    }
}
