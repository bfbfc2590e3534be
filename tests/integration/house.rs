//! The house rules that a compiler does not hold: who may depend on whom, asked of `cargo tree`; and that the
//! simulation's list of banned calls is there; and what the containers are made of. Knows names of packages and files.

mod imports;
mod layers;
mod rooms;
mod words;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names of all packages that `package` needs to be built, itself included.
fn dependencies(package: &str) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", package, "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        // Packages of other systems, which a build does not fetch, are fetched here.
        .args(["--locked", "--target", "all"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).expect("names are UTF-8");
    let names: BTreeSet<String> = text.lines().filter_map(|l| l.split(' ').next()).map(str::to_owned).collect();
    assert!(names.contains(package), "{package} is in its own tree: {text}");
    names
}

fn assert_free_of(package: &str, strangers: &[&str]) {
    let names = dependencies(package);
    let found: Vec<&&str> = strangers.iter().filter(|s| names.contains(**s)).collect();
    assert!(found.is_empty(), "{package} depends on {found:?}");
}

#[test]
fn the_simulation_knows_neither_store_nor_network_nor_runtime_nor_json() {
    let strangers = [
        "populace",
        "populace-state",
        "sled",
        "tokio",
        "rdkafka",
        "rdkafka-sys",
        "clap",
        "tracing",
        "indicatif",
        "dashmap",
        "crossbeam-channel",
        "getrandom",
        "serde_json",
    ];
    assert_free_of("populace-sim", &strangers);
}

#[test]
fn the_wire_format_depends_on_the_simulation_alone() {
    let strangers = ["populace", "populace-state", "sled", "tokio", "rdkafka", "clap", "tracing", "getrandom"];
    assert_free_of("populace-wire", &strangers);
    assert!(dependencies("populace-wire").contains("populace-sim"));
    assert_free_of("populace-sim", &["populace-wire"]);
}

#[test]
fn files_of_rows_depend_on_the_wire_format_alone() {
    let strangers = ["populace", "populace-state", "populace-realism", "sled", "tokio", "rdkafka", "clap", "tracing"];
    assert_free_of("populace-lake", &strangers);
    assert_free_of("populace-wire", &["populace-lake"]);
}

#[test]
fn the_python_module_is_no_part_of_the_daemon_nor_the_other_way_round() {
    assert_free_of("populace-python", &["populace", "populace-state", "sled", "tokio", "rdkafka", "clap", "tracing"]);
    assert_free_of("populace", &["populace-python", "pyo3"]);
}

#[test]
fn the_store_knows_no_rules() {
    assert_free_of("populace-state", &["populace", "populace-sim", "tokio", "rdkafka", "clap", "tracing", "chrono-tz"]);
}

#[test]
fn the_report_knows_neither_store_nor_network_nor_runtime() {
    let strangers = ["populace", "populace-state", "sled", "tokio", "rdkafka", "clap", "tracing", "axum"];
    assert_free_of("populace-realism", &strangers);
}

#[test]
fn the_daemon_knows_all_of_them() {
    let names = dependencies("populace");
    assert!(["populace-sim", "populace-state", "populace-realism"].iter().all(|name| names.contains(*name)));
}

#[test]
fn clocks_and_hash_order_are_banned_from_the_simulation_by_name() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sim/clippy.toml");
    let list = std::fs::read_to_string(&path).expect("the list of banned calls is there");
    let banned = [
        "std::time::Instant::now",
        "std::time::SystemTime::now",
        "std::collections::HashMap",
        "std::collections::HashSet",
        "std::env::var",
        "std::fs::read",
        "std::fs::write",
        "std::thread::spawn",
        "std::thread::sleep",
        "f64::ln",
        "f64::exp",
        "f64::powf",
        "f64::powi",
        "f64::sin",
        "f64::cos",
    ];
    for path in banned {
        assert!(list.contains(&format!("path = \"{path}\", reason = ")), "{path} is not banned, or without a reason");
    }
}

/// A tag can be moved to other bytes; a digest cannot.
#[test]
fn images_are_named_by_digest_and_no_password_is_a_default() {
    let read = |path: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path);
    let (compose, dockerfile) = (read("docker-compose.yml"), read("deploy/Dockerfile"));
    let images =
        compose.lines().filter_map(|line| line.trim().strip_prefix("image: ")).filter(|name| *name != "populace");
    let bases = dockerfile.lines().filter_map(|line| line.strip_prefix("FROM ")?.split(' ').next());
    let all: Vec<&str> = images.chain(bases).collect();
    assert_eq!(all.len(), 6, "{all:?}");
    for name in all {
        let (tag, digest) = name.split_once("@sha256:").unwrap_or_else(|| panic!("{name} has no digest"));
        assert!(tag.contains(':') && digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
    }
    assert!(compose.contains("GF_SECURITY_ADMIN_PASSWORD: ${GRAFANA_PASSWORD:-}") && compose.contains("/dev/urandom"));
}

/// Every Rust file of the repository below `dir`.
fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Whether a test is there: `module::name`, or `module::*` for all of a module.
fn is_there(test: &str, files: &[PathBuf]) -> bool {
    let (module, name) = test.rsplit_once("::").expect("a module and a name");
    let is_of =
        |path: &PathBuf, module: &str| path.to_string_lossy().ends_with(&format!("/{}.rs", module.replace("::", "/")));
    let holds = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a source");
        if name == "*" { text.contains("#[test]") } else { text.contains(&format!("fn {name}(")) }
    };
    files.iter().any(|path| is_of(path, test) || (is_of(path, module) && holds(path)))
}

/// The list says which test holds a row: those tests are there.
#[test]
fn the_list_of_exit_codes_names_tests_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for dir in ["src", "state/src", "tests/integration"] {
        rust_files(&root.join(dir), &mut files);
    }
    let list = std::fs::read_to_string(root.join("docs/exit-codes.md")).expect("the list");
    let rows = list.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit_once("| ").map(|(_, last)| last));
    let named: Vec<&str> = rows.flat_map(|last| last.split('`').skip(1).step_by(2)).collect();
    assert!(named.len() > 40, "{named:?}");
    let missing: Vec<&&str> = named.iter().filter(|test| !is_there(test, &files)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(!is_there("kafka::endings::nothing_of_this_name", &files) && !is_there("kafka::nowhere::*", &files));
}
