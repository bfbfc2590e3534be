//! Bytes that are no text: variables are refused by name, paths may be any bytes, files in other encodings are named with
//! their line. And scenarios from standard input.

use super::{Outcome, Place, Running, TOWN, ended, program, same, unbroken, waited};
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn bytes(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}

#[test]
fn variables_that_are_not_utf8_are_refused_by_name() {
    for name in ["POPULACE_BANK_FRAUD_RATE", "POPULACE_HTTP_TOKEN", "POPULACE_LOG", "POPULACE_KAFKA_PASSWORD"] {
        let place = Place::new();
        let mut command = place.command(&["backfill", "--end", "2026-01-02"]);
        ended(command.args(TOWN).env(name, bytes(b"0.\xff"))).complains(2, &[name, "not UTF-8"]);
        assert!(!place.data().exists(), "nothing is made");
    }
    let place = Place::new();
    let mut command = place.command(&["backfill", "--end", "2026-01-02"]);
    ended(command.args(TOWN).env(bytes(b"POPULACE_X\xff"), "1")).complains(2, &["POPULACE_X", "not UTF-8"]);
    let line = "run --sink kafka --set kafka.username=a --set kafka.password=env:SECRET --kafka-property \
                security.protocol=SASL_PLAINTEXT --kafka-property sasl.mechanism=PLAIN";
    let mut command = place.command(&line.split_whitespace().collect::<Vec<_>>());
    ended(command.env("SECRET", bytes(b"p\xff"))).complains(2, &["the variable SECRET is not UTF-8"]);
    // What is none of populace's business may be anything.
    let mut command = place.command(&["backfill", "--end", "2026-01-02"]);
    ended(command.args(TOWN).env("LS_COLORS", bytes(b"\xff"))).succeeds();
}

/// A world whose data directory, and whatever else is a path, is no text.
#[test]
fn paths_may_be_any_bytes() {
    let place = Place::new();
    let path = |name: &[u8]| place.dir.path().join(bytes(name));
    let (data, out, twin) = (path(b"da\xff"), path(b"out\xfe"), path(b"tw\xffin"));
    let asks = |words: &[&str], more: &[&OsStr]| -> Outcome {
        ended(program().args(words).args(more).env("POPULACE_DATA_DIR", &data))
    };
    let lives = |end: &str, more: &[&OsStr]| asks(&[&["backfill", "--end", end], TOWN.as_slice()].concat(), more);
    lives("2026-01-02", &["--out".as_ref(), out.as_ref()]).succeeds();
    lives("2026-01-03", &[]).succeeds();
    same(&super::files_in(&out), &unbroken("2026-01-03"));
    for words in ["verify", "inspect --sample 1", "drift list", "scenario show", "inject card-testing --victims 2"] {
        asks(&words.split(' ').collect::<Vec<_>>(), &[]).succeeds();
    }
    asks(&["verify"], &["--out".as_ref(), out.as_ref()]).succeeds();
    asks(&["fork"], &["--to".as_ref(), twin.as_ref()]).succeeds();
    let second = path(b"tw\xffin 2");
    let mut command = program();
    command.args(["run", "--speed", "1", "--http", "off"]).env("POPULACE_DATA_DIR", &data);
    let world = Running::start(command, &data);
    asks(&["fork", "--json"], &["--to".as_ref(), second.as_ref()]).succeeds();
    world.stop().succeeds();
    assert!(twin.join("world").exists() && second.join("world").exists());
    ended(program().args(["backfill", "--end", "2026-01-04", "--data-dir"]).arg(&second)).succeeds();
}

fn written(place: &Place, name: &[u8], text: &[u8]) -> PathBuf {
    let path = place.dir.path().join(bytes(name));
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn files_in_other_encodings_are_named_with_line_and_encoding() {
    let place = Place::new();
    let text = "# a café\n[world]\npeople = 40\n";
    let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = format!("\n{text}").chars().map(|letter| letter as u32 as u8).collect();
    let wide = written(&place, b"wide.toml", &wide);
    let latin = written(&place, b"lat\xffin.toml", &latin);
    let drifts = ["drift", "start"];
    let orders: [&[&str]; 4] =
        [&["run", "--scenario"], &["scenario", "check"], &["schema", "trips", "--scenario"], &drifts];
    for words in orders {
        let with = |path: &PathBuf| ended(program().args(words).arg(path));
        with(&wide).complains(2, &["wide.toml:1", "UTF-16", "iconv"]);
        with(&latin).complains(2, &["in.toml:2", "0xE9", "ISO-8859-1", "iconv"]);
    }
    let marked = written(&place, b"marked.toml", &[b"\xef\xbb\xbf", text.as_bytes()].concat());
    ended(program().args(["scenario", "check"]).arg(&marked)).succeeds();
    ended(program().args(["scenario", "check", "/dev/zero"])).complains(2, &["/dev/zero", "larger than 16 MiB"]);
}

/// Runs a command that reads this from standard input.
fn told(command: &mut Command, text: &[u8]) -> Outcome {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    writer.write_all(text).expect("it fits");
    drop(writer);
    waited(command.stdin(reader).stdout(Stdio::piped()).stderr(Stdio::piped()))
}

#[test]
fn a_dash_is_standard_input() {
    let place = Place::new();
    let rules = b"[world]\npeople = 40\nseed = 11\nstart = \"2026-01-01\"\n";
    told(&mut place.command(&["backfill", "--end", "2026-01-02", "--scenario", "-"]), rules).succeeds();
    place.is_unharmed("2026-01-02");
    let shown = told(program().args(["scenario", "show", "--scenario", "-"]), rules);
    assert!(shown.stdout.contains("people = 40"), "{}{}", shown.stdout, shown.stderr);
    let checked = told(program().args(["scenario", "check", "-"]), rules);
    assert_eq!((checked.code, checked.stdout.as_str()), (Some(0), "standard input: ok\n"), "{}", checked.stderr);
    told(program().args(["scenario", "check", "-"]), b"[world]\npeopel = 4\n").complains(2, &["standard input:2"]);
    let drifts = b"[[drift]]\nid = \"wave\"\nkey = \"bank.fraud.rate\"\nkind = \"sudden\"\nto = 0.02\n";
    told(&mut place.command(&["drift", "start", "-"]), drifts).succeeds();
    assert!(place.asks(&["drift", "list"]).stdout.contains("wave: bank.fraud.rate"));
}
