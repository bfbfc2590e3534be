//! The place of topic files: the normalized path of the folder, and the data directory as the folder's marker names it.
//! Must not depend on: the contents of the folder.

use crate::config::FileShape;
use crate::sink::{SinkError, SinkPlace};
use std::path::{Path, PathBuf};

/// The name of this kind of sink.
pub(super) const NAME: &str = "files";

/// Returns the place of files in `out` of a world in `data_dir`; different spellings of a path give the same place. The
/// values of the shape that are not the usual ones belong to it.
pub(super) fn place((out, shape): (&Path, &FileShape), data_dir: &Path) -> SinkPlace {
    let (out, home) = (plain(out), plain(data_dir));
    let place = SinkPlace::new(NAME).in_folder(out.strip_prefix(&home).unwrap_or(&out));
    let usual = FileShape::default();
    let others = FileShape::KEYS.into_iter().filter(|key| shape.value(key) != usual.value(key));
    others.fold(place, |place, key| place.with(key, &shape.value(key)))
}

/// Returns the value of a key of the shape of the files at a place.
pub(super) fn value_at(place: &SinkPlace, key: &str) -> String {
    place.detail_of(NAME, key).map_or_else(|| FileShape::default().value(key), str::to_owned)
}

/// Returns the shape of the files at a place.
///
/// # Errors
/// If this program does not have one of its values.
pub(crate) fn shape_at(place: &SinkPlace) -> Result<FileShape, SinkError> {
    FileShape::KEYS.into_iter().try_fold(FileShape::default(), |shape, key| {
        let value = value_at(place, key);
        let unknown = || SinkError::UnknownKind { kind: format!("{NAME} with files.{key} = {value}") };
        shape.with(key, &value).ok_or_else(unknown)
    })
}

/// Returns a data directory as the marker of the folder names it: relative to the folder if the folder is inside, so
/// that both can be moved together, else absolute.
pub(super) fn home_of(place: &SinkPlace, data_dir: &Path) -> String {
    match place.out() {
        Some(out) if out.is_relative() => vec![".."; out.components().count()].join("/"),
        _ => plain(data_dir).to_string_lossy().into_owned(),
    }
}

/// Returns the absolute path, without links as far as the path exists.
fn plain(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    for known in absolute.ancestors() {
        if let Ok(real) = known.canonicalize() {
            let rest = absolute.strip_prefix(known).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    absolute
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_inside_is_saved_relative_to_its_world() {
        let home = tempfile::tempdir().unwrap();
        let place = |out: &Path, data_dir: &Path| place((out, &FileShape::default()), data_dir);
        let inside = place(&home.path().join("topics"), home.path());
        assert_eq!(inside.out(), Some("topics".into()));
        assert_eq!(inside.folder(Path::new("/else")), Some("/else/topics".into()));
        let outside = place(Path::new("/somewhere/else"), home.path());
        assert_eq!(outside.folder(home.path()), Some("/somewhere/else".into()));
    }

    #[test]
    fn a_place_keeps_the_shape_and_none_for_files_that_grow() {
        let shape = FileShape::default().with("format", "csv").unwrap().with("max_file_megabytes", "5").unwrap();
        let saved = place((Path::new("/o"), &shape), Path::new("/d"));
        assert_eq!((saved.detail("format"), saved.detail("layout")), (Some("csv"), None));
        assert_eq!(shape_at(&saved).unwrap(), shape);
        assert!(shape_at(&saved.with("format", "orc")).unwrap_err().to_string().contains("files.format = orc"));
    }

    #[test]
    fn a_marker_names_the_data_directory_as_it_stays_when_both_move() {
        let home = tempfile::tempdir().unwrap();
        let of = |out: &Path| home_of(&place((out, &FileShape::default()), home.path()), home.path());
        assert_eq!(of(&home.path().join("topics")), "..");
        assert_eq!(of(&home.path().join("a/b")), "../..");
        assert_eq!(of(Path::new("/somewhere/else")), home.path().canonicalize().unwrap().to_string_lossy());
    }
}
