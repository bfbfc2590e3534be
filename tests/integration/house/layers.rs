//! The declared order of the modules of each crate, and the check that no import goes against it. A new room is a line
//! in its crate's list. Must not depend on: how imports are read.

use super::imports::{CrateModules, Import, ModulePath};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The rooms of one crate from the ground up. A module belongs to the longest entry that its path starts with; the root
/// module stands above all.
pub struct Layers {
    pub folder: &'static str,
    pub rooms: &'static [&'static str],
}

/// What is wrong with the imports of a crate, one line each.
pub fn faults(layers: &Layers, sources: &BTreeMap<String, String>) -> Vec<String> {
    let modules = CrateModules::read(sources);
    let imports = modules.imports();
    let homeless = modules.paths().filter(|path| !path.is_empty() && layers.room_of(path).is_none());
    let mut found: Vec<String> =
        homeless.map(|path| format!("{}: {} is in no room of the list", layers.folder, path.join("::"))).collect();
    found.extend(imports.iter().filter_map(|import| layers.upward(import)));
    found.extend(knots(&imports).into_iter().map(|knot| format!("{}: cycle: {}", layers.folder, knot.join(" "))));
    found
}

impl Layers {
    fn room_of(&self, path: &ModulePath) -> Option<usize> {
        let starts = |room: &str| {
            let names: Vec<&str> = room.split("::").collect();
            path.len() >= names.len() && path.iter().zip(&names).all(|(a, b)| a == b)
        };
        let rooms = self.rooms.iter().enumerate().filter(|(_, room)| starts(room));
        rooms.max_by_key(|(_, room)| room.len()).map(|(index, _)| index)
    }

    /// A message where an import goes up.
    fn upward(&self, import: &Import) -> Option<String> {
        let (from, to) = (self.room_of(&import.from)?, self.room_of(&import.to));
        let goes_up = to.is_none_or(|to| to > from);
        let names = |path: &ModulePath| if path.is_empty() { "the root".to_owned() } else { path.join("::") };
        let place = format!("{}/{}:{}", self.folder, import.file, import.line);
        let is_parent = import.reexport && import.to.starts_with(&import.from);
        (goes_up && !is_parent)
            .then(|| format!("{place}: {} uses {}, which is above it", names(&import.from), names(&import.to)))
    }
}

/// The sets of modules that use each other in a circle; a module that only gives a name on does not use it.
fn knots(imports: &BTreeSet<Import>) -> Vec<Vec<String>> {
    let mut uses: BTreeMap<&ModulePath, BTreeSet<&ModulePath>> = BTreeMap::new();
    for import in imports.iter().filter(|import| !import.reexport && !import.from.is_empty()) {
        uses.entry(&import.from).or_default().insert(&import.to);
    }
    let reach: BTreeMap<&ModulePath, BTreeSet<&ModulePath>> =
        uses.keys().map(|from| (*from, reached(from, &uses))).collect();
    let ties = |a: &ModulePath, b: &ModulePath| reach.get(a).is_some_and(|r| r.contains(b));
    let mut found: BTreeSet<Vec<String>> = BTreeSet::new();
    for from in reach.keys().filter(|from| ties(from, from)) {
        found.insert(reach.keys().filter(|to| ties(from, to) && ties(to, from)).map(|to| to.join("::")).collect());
    }
    found.into_iter().collect()
}

fn reached<'a>(
    from: &ModulePath,
    uses: &BTreeMap<&'a ModulePath, BTreeSet<&'a ModulePath>>,
) -> BTreeSet<&'a ModulePath> {
    let (mut found, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(path) = next.pop() {
        for to in uses.get(path).into_iter().flatten() {
            if found.insert(*to) {
                next.push(to);
            }
        }
    }
    found
}

/// The sources of a crate by their path below its source folder.
pub fn sources(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(dir) = folders.pop() {
        for entry in std::fs::read_dir(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display())).flatten() {
            let path = entry.path();
            let name = path.strip_prefix(folder).expect("inside").to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") {
                found.insert(name, std::fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::rooms;

    const SMALL: Layers = Layers { folder: "small/src", rooms: &["ground", "upper::table", "middle", "upper"] };

    fn small(changes: &[(&str, &str)]) -> Vec<String> {
        let files = [
            ("lib.rs", "mod ground; mod middle; mod upper; pub use upper::Top;"),
            ("ground.rs", "mod stone; pub use stone::Stone;"),
            ("ground/stone.rs", "pub struct Stone;"),
            ("middle.rs", "use crate::upper::Table; pub struct Middle(Table, crate::ground::Stone);"),
            ("upper.rs", "mod table; pub use table::Table; use crate::middle::Middle; pub struct Top(Middle);"),
            ("upper/table.rs", "pub struct Table; #[cfg(test)] mod tests { use crate::upper::Top; }"),
        ];
        let files = files.iter().chain(changes).map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        faults(&SMALL, &files.collect())
    }

    #[test]
    fn imports_that_go_down_pass_wherever_their_names_come_from() {
        assert_eq!(small(&[]), Vec::<String>::new());
    }

    #[test]
    fn an_import_that_goes_up_is_named_with_its_place() {
        let upward = [
            "use crate::upper::Top;",
            "use crate::Top;",
            "pub use crate::upper::*;\n",
            "fn f() { g!(crate::upper::Top); }",
        ];
        for text in upward {
            let found = small(&[("ground/stone.rs", &format!("pub struct Stone;\n{text}"))]);
            let wanted = "small/src/ground/stone.rs:2: ground::stone uses upper, which is above it";
            assert!(found.iter().any(|fault| fault == wanted), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_cycle_inside_of_a_room_is_found_and_so_is_a_module_without_a_room() {
        let knot = small(&[
            ("ground.rs", "mod stone; pub use stone::Stone; pub struct Ground(Stone);"),
            ("ground/stone.rs", "pub struct Stone; fn f(_: super::Ground) {}"),
        ]);
        assert_eq!(knot, ["small/src: cycle: ground ground::stone"]);
        assert_eq!(small(&[("attic.rs", "")]), ["small/src: attic is in no room of the list"]);
    }

    #[test]
    fn no_crate_has_an_import_that_goes_up_or_a_cycle() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let all = rooms::ALL.iter().flat_map(|layers| faults(layers, &sources(&root.join(layers.folder))));
        let all: Vec<String> = all.collect();
        assert!(all.is_empty(), "{}", all.join("\n"));
    }

    #[test]
    fn an_arrow_planted_into_the_real_sources_is_found() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (folder, file, name) in rooms::PLANTED {
            let layers = rooms::ALL.iter().find(|layers| layers.folder == *folder).expect("a crate of the list");
            let mut sources = sources(&root.join(folder));
            let text = sources.get_mut(*file).unwrap_or_else(|| panic!("{folder}/{file}"));
            text.push_str(&format!("\nuse {name};\n"));
            let at = format!("{folder}/{file}:{}: ", text.lines().count());
            let found = faults(layers, &sources);
            assert!(found.iter().any(|fault| fault.starts_with(&at)), "{at}: {found:?}");
        }
    }
}
