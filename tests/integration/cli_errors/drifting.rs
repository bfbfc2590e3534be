//! Orders of drifts that make no sense: for a world that does not run, and for one that does.

use super::{Place, Running, TOWN, populace};

/// What is refused, by exit code and what is said.
fn refuses(place: &Place) {
    for (words, code, parts) in [
        ("start --key bank.fraud.raet --to 0.02", 2, &["no key", "`bank.fraud.rate`"][..]),
        ("start --key bank.merchants --to 5", 2, &["bank.merchants", "cannot drift"]),
        ("start --key bank.fraud.rate --to 0.9", 2, &["`to`", "from 0 to 0.5"]),
        ("start --key bank.fraud.rate", 2, &["neither `to` nor `factor`"]),
        ("start --key bank.fraud.rate --to x", 2, &["--to"]),
        ("start --key bank.fraud.rate --to 0.02 --share 0.5", 2, &["common to all of a region"]),
        ("start --key bank.amount_scale --to 2 --kind suden", 2, &["suden", "`sudden`"]),
        ("start --key bank.amount_scale --to 2 --width 3d", 2, &["has no `width`"]),
        ("start --key bank.amount_scale --to 2 --region tokyo", 2, &["tokyo"]),
        ("start --key bank.amount_scale --to 2 --at 2026-01-01", 2, &["--at", "in the past"]),
        ("start --key bank.amount_scale --to 2 --at -3d", 2, &["--at"]),
        ("start lokdown", 2, &["lokdown", "`lockdown`"]),
        ("start lockdown --key bank.fraud.rate", 2, &["--key"]),
        ("start", 2, &["NAME|FILE"]),
        ("stop nothing-like-it", 1, &["unknown drift", "populace drift list"]),
        ("stop drift-2", 1, &["unknown drift", "`drift-1`"]),
        ("stop", 2, &["ID"]),
    ] {
        println!("drift {words}");
        let words: Vec<&str> = ["drift"].into_iter().chain(words.split(' ')).collect();
        place.asks(&words).complains(code, parts);
    }
}

#[test]
fn a_world_that_does_not_run_refuses_what_makes_no_sense() {
    let place = Place::new();
    place.asks(&["drift", "list"]).complains(1, &["there is no world"]);
    place.asks(&["drift", "start", "lockdown"]).complains(1, &["there is no world"]);
    place.lives_to("2026-01-03", &[]).succeeds();
    place.asks(&["drift", "start", "--key", "bank.amount_scale", "--to", "2"]).succeeds();
    refuses(&place);
    place.asks(&["drift", "stop", "drift-1"]).succeeds();
    place.asks(&["drift", "stop", "drift-1"]).complains(2, &["drift-1", "stopped"]);
    assert_eq!(populace(&["drift"]).code, Some(2));
}

#[test]
fn a_world_that_runs_refuses_what_makes_no_sense_and_goes_on() {
    let place = Place::new();
    place.lives_to("2026-01-03", &[]).succeeds();
    let world = Running::start(place.command(&[&["run", "--speed", "1"], TOWN.as_slice()].concat()), &place.data());
    place.asks(&["drift", "start", "--key", "bank.amount_scale", "--to", "2"]).succeeds();
    refuses(&place);
    place.asks(&["drift", "stop", "drift-1"]).succeeds();
    assert_eq!(world.stop().code, Some(0));
}

#[test]
fn what_commands_made_of_the_drifts_contradicts_no_command_line() {
    let place = Place::new();
    let born = ["--scenario", "drift-lockdown"];
    place.lives_to("2026-01-02", &born).succeeds();
    for words in ["start fuel-price --at +1h", "stop lockdown-shop", "start lockdown --at +2d"] {
        let words: Vec<&str> = ["drift"].into_iter().chain(words.split(' ')).collect();
        place.asks(&words).succeeds();
    }
    place.lives_to("2026-01-03", &born).succeeds();
    place.lives_to("2026-01-04", &[]).succeeds();
    let other = place.lives_to("2026-01-05", &["--scenario", "drift-inflation"]);
    assert!(other.code == Some(2) && other.stderr.contains("--adopt-scenario"), "{}", other.stderr);
}
