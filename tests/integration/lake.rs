//! Whole files as readers see them: what a folder holds after kills at crash points and at random instants, after clean
//! stops, with files removed by age, and what is refused; Delta tables.

mod delta;
mod kills;
mod refusals;
mod retention;

use crate::crash::daemon::World;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A small town of three regions.
const TOWN: [&str; 8] = ["--start", "2026-01-01", "--people", "300", "--region", "houston,london,tokyo", "--seed", "7"];

/// The options of a shape.
fn shape(keys: &str) -> Vec<String> {
    keys.split_whitespace().flat_map(|key| ["--set".to_owned(), format!("files.{key}")]).collect()
}

/// A new world of the town with files of a shape.
fn world(keys: &str) -> World {
    let keys = shape(keys);
    let all: Vec<&str> = TOWN.into_iter().chain(keys.iter().map(String::as_str)).collect();
    World::new(&all)
}

/// The files of an output folder by path, without those of names with a dot, which readers leave out.
fn files(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![out.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(out).unwrap().to_string_lossy().into_owned();
            match (name.starts_with('.'), path.is_dir()) {
                (true, _) => {}
                (false, true) => folders.push(path),
                (false, false) => drop(found.insert(name, fs::read(&path).unwrap())),
            }
        }
    }
    found
}

/// That these are the same files, byte for byte.
fn assert_same(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    let other = found.iter().find(|(name, bytes)| expected[*name] != **bytes);
    assert!(other.is_none(), "{:?} differs", other.map(|(name, _)| name));
}

/// That each file is there as the other folder has it: whole, though there may be fewer.
fn assert_whole(found: &BTreeMap<String, Vec<u8>>, all: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in found {
        let whole = all.get(name).unwrap_or_else(|| panic!("{name} should not be there"));
        assert!(bytes == whole, "{name} has {} bytes, the whole file {}", bytes.len(), whole.len());
    }
}
