//! Mistakes of the command line, the environment and the scenario: all of them exit with 2 and make nothing.

use super::{Place, ended, populace, program};
use std::fs;

/// Runs every line, which must be refused with 2 and these parts of a message, and must have made nothing.
#[track_caller]
fn refused(lines: &[(&str, &[&str])]) {
    for (line, parts) in lines {
        let place = Place::new();
        let outcome = place.asks(&line.split(' ').collect::<Vec<_>>());
        println!("populace {line}");
        outcome.complains(2, parts);
        assert!(!place.data().exists(), "{line}: nothing is made");
    }
}

#[test]
fn misspelt_keys_are_named_with_their_place_and_the_nearest() {
    refused(&[
        ("run --set bank.fraud.raet=0.1", &["--set bank.fraud.raet", "did you mean `bank.fraud.rate`"]),
        ("run --set bank.fraud=0.1", &["bank.fraud"]),
        ("run --set people=5", &["did you mean `world.people`"]),
        ("run --set world.people", &["--set", "world.people"]),
        ("scenario show --set topics.trips.naem=x", &["topics.trips.naem", "did you mean `topics.trips.name`"]),
    ]);
    let place = Place::new();
    fs::write(place.path("bad.toml"), "[bank]\nmerchants = 5\n[bank.fraud]\nraet = 0.1\n").unwrap();
    let file = place.path("bad.toml").display().to_string();
    for words in [&["run", "--scenario", &file][..], &["scenario", "check", &file]] {
        populace(words).complains(2, &["bad.toml:4", "bank.fraud.raet", "did you mean `bank.fraud.rate`"]);
    }
    ended(program().arg("run").env("POPULACE_WORLD_SEDE", "5"))
        .complains(2, &["POPULACE_WORLD_SEDE", "did you mean `POPULACE_WORLD_SEED`"]);
}

/// What Kubernetes sets in every pod beside a service of this name.
#[test]
fn service_links_are_no_keys_and_what_only_looks_like_one_is_refused() {
    let links = [
        ("POPULACE_SERVICE_HOST", "10.96.0.17"),
        ("POPULACE_SERVICE_PORT", "7878"),
        ("POPULACE_SERVICE_PORT_HTTP", "7878"),
        ("POPULACE_PORT", "tcp://10.96.0.17:7878"),
        ("POPULACE_PORT_7878_TCP", "tcp://10.96.0.17:7878"),
        ("POPULACE_PORT_7878_TCP_PROTO", "tcp"),
        ("POPULACE_PORT_7878_TCP_PORT", "7878"),
        ("POPULACE_PORT_7878_TCP_ADDR", "10.96.0.17"),
        ("POPULACE_METRICS_SERVICE_HOST", "fd00::1"),
    ];
    let show = || {
        let mut command = program();
        command.args(["scenario", "show"]).envs(links);
        command
    };
    ended(&mut show()).succeeds();
    ended(show().env("POPULACE_SERVICE_HOST", "kafka")).complains(2, &["POPULACE_SERVICE_HOST"]);
    ended(show().env("POPULACE_WORLD_SEDE", "7878")).complains(2, &["did you mean `POPULACE_WORLD_SEED`"]);
}

#[test]
fn wrong_types_are_named_with_their_place() {
    refused(&[
        ("run --people many", &["--people", "many"]),
        ("run --seed 1.5", &["--seed", "1.5"]),
        ("run --set world.people=many", &["--set world.people", "many"]),
        ("run --set bank.fraud.rate=often", &["bank.fraud.rate", "often"]),
    ]);
    let place = Place::new();
    let wrong = [
        ("[world]\npeople = \"many\"\n", "bad.toml:2"),
        ("[world]\nstart = 5\n", "bad.toml:2"),
        ("world = 5\n", "bad.toml:1"),
        ("[world\npeople = 5\n", "bad.toml:1"),
        ("[topics.trips]\nfields = \"all of them\"\n", "bad.toml:2"),
    ];
    for (text, part) in wrong {
        fs::write(place.path("bad.toml"), text).unwrap();
        populace(&["scenario", "check", &place.path("bad.toml").display().to_string()]).complains(2, &[part]);
    }
    ended(program().arg("run").env("POPULACE_WORLD_PEOPLE", "many")).complains(2, &["POPULACE_WORLD_PEOPLE", "many"]);
}

#[test]
fn absurd_numbers_are_refused_by_their_range() {
    let place = Place::new();
    let absurd = ["0", "-1", "NaN", "1e308", "inf", "99999999999999999999999", ""];
    for flag in ["--people", "--threads", "--speed", "--rate", "--duration", "--events"] {
        for value in absurd {
            let outcome = place.asks(&["run", flag, value]);
            outcome.complains(2, &[flag]);
            assert!(!place.data().exists(), "{flag} {value:?}: nothing is made");
        }
    }
    refused(&[
        ("run --set bank.fraud.rate=-0.1", &["bank.fraud.rate", "0 to 0.5"]),
        ("run --set bank.fraud.rate=NaN", &["bank.fraud.rate"]),
        ("run --set run.checkpoint_seconds=0", &["run.checkpoint_seconds", "0.1"]),
        ("run --duration 5parsecs", &["--duration", "5parsecs", "90s"]),
        ("run --seed -1", &["--seed"]),
        ("inject velocity --user x --count 0", &["--count", "1 to 10,000"]),
        ("inject velocity --user x --within 0s", &["--within"]),
        ("inspect --sample 0", &["--sample", "1 to 10,000"]),
        ("verify --threads 0x", &["--threads"]),
    ]);
}

#[test]
fn unknown_names_come_with_the_nearest() {
    refused(&[
        ("run --region huston", &["--region", "huston", "houston"]),
        ("run --region houston,tokio", &["tokio", "tokyo"]),
        ("run --sink flies", &["--sink", "flies", "did you mean `files`"]),
        ("run --sink kakfa", &["--sink", "kakfa", "did you mean `kafka`"]),
        ("run --speed mxa", &["--speed", "mxa", "did you mean `max`"]),
        ("run --on-clock-step refsue", &["--on-clock-step", "refsue", "did you mean `refuse`"]),
        ("run --progress bra", &["bra", "did you mean `bar`"]),
        ("schema trisp", &["trisp", "did you mean `trips`"]),
        ("schema trips --format avor", &["avor", "avro"]),
        ("inject velocty --user x", &["velocty", "did you mean `velocity`"]),
        (
            "inject salary --user x",
            &[
                "salary",
                "card-testing, account-takeover, stolen-card, velocity, skimmed-merchant, mule-ring, bust-out, friendly-fraud, push-payment, transaction",
            ],
        ),
        ("inject transaction --user x", &["--amount", "42.50"]),
        ("inject transaction --amount 5", &["--user", "inspect --sample"]),
        ("inject transaction --user x --amount -5", &["--amount", "above 0", "42.50"]),
        ("inject transaction --user x --amount 1e308", &["--amount", "at most 10,000,000"]),
        ("inject transaction --user x --amount 5 --count 3", &["--count", "leave --count out"]),
        ("inspect usr x", &["usr", "user"]),
        ("run --scenario quick-lok", &["quick-lok", "did you mean `quick-look`"]),
        ("run --set region[0].preset=londno", &["londno", "london"]),
        ("run --bounds 1,2,3,4 --timezone Europe/Lodnon", &["Europe/Lodnon", "Europe/London"]),
        ("run --poeple 5", &["--poeple", "did you mean `--people`"]),
        ("rnu", &["rnu", "did you mean `run`"]),
        ("inject velocity --user x --amount 5", &["--amount", "leave --amount out"]),
        ("realsim", &["realsim", "did you mean `realism`"]),
        ("relaity", &["relaity", "there are: run, backfill"]),
    ]);
}

#[test]
fn names_of_topics_say_why_they_are_none() {
    let long = "x".repeat(250);
    refused(&[
        ("run --set topics.trips.name=a/b", &["topics.trips.name", "'/' is not allowed"]),
        ("run --set topics.trips.name=..", &["topics.trips.name", "dots alone"]),
        (&format!("run --set topics.trips.name={long}"), &["it has 250 letters, and 249 are allowed"]),
        ("run --sink kafka --set topics.trips.name=populace_progress", &["collides with the topic populace.progress"]),
        (
            "run --sink kafka --set topics.trips.name=a.b --set topics.interactions.name=a_b",
            &["topics.interactions.name", "a_b collides with the topic a.b"],
        ),
    ]);
    // Files have no such rule.
    let place = Place::new();
    let names = ["--set", "topics.trips.name=a.b", "--set", "topics.interactions.name=a_b"];
    place.lives_to("2026-01-02", &names).succeeds();
}

#[test]
fn combinations_that_make_no_sense() {
    refused(&[
        ("run --start 2026-03-01 --end 2026-01-01", &["--end 2026-01-01", "not after the start"]),
        ("run --start 2026-03-01 --end 2026-03-01", &["--end 2026-03-01", "not after the start"]),
        ("run --start -3d --end -5d", &["--end -5d", "not after the start"]),
        ("backfill --end 2026-01-01", &["--end 2026-01-01", "not after the start"]),
        ("backfill --start 2026-01-01", &["needs an end", "--end T"]),
        ("run --start yesterday", &["--start", "yesterday", "2026-01-01T00:00:00Z"]),
        ("run --start 2026-01-01T00:00:00", &["--start", "offset"]),
        ("run --start 3026-01-01", &["--start", "1971 to 2199"]),
        ("run --end 2026-13-01", &["--end", "2026-13-01"]),
        ("run --speed 60 --rate 10", &["--speed and --rate"]),
        ("backfill --end now --rate 10", &["--rate"]),
        (
            "backfill --end now --on-clock-step follow",
            &["--on-clock-step cannot be used with backfill", "populace run"],
        ),
        ("run --bounds 1,2,3,4", &["--timezone"]),
        ("run --bounds 1,2,3 --timezone UTC", &["--bounds"]),
        ("run --bounds 5,2,3,4 --timezone UTC", &["--bounds"]),
        ("run --brokers localhost:9092", &["--brokers", "add --sink kafka"]),
        ("run --http 0.0.0.0:80", &["--http 0.0.0.0:80", "POPULACE_HTTP_TOKEN"]),
        ("run --http here", &["--http", "here", "or off"]),
        ("run --metrics here", &["--metrics", "here", "127.0.0.1:7878"]),
        ("run --http-token-file /nowhere", &["--http-token-file", "failed to read", "/nowhere"]),
        ("run --http-name http://a", &["--http-name", "without scheme"]),
        ("run --log nonsense[", &["--log", "nonsense["]),
        ("inject velocity", &["--user", "inspect --sample"]),
        ("inspect", &["inspect"]),
        ("inspect user", &["<ID>"]),
    ]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let place = Place::new();
    let outcome = place.asks(&["run", "--people", "-5", "--rate", "0", "--region", "huston", "--end", "soon"]);
    assert_eq!(outcome.code, Some(2));
    for part in ["--people", "--rate", "--region", "--end"] {
        assert!(outcome.stderr.contains(&format!("error: {part}")), "{part}: {}", outcome.stderr);
    }
    assert!(!place.data().exists());
}
