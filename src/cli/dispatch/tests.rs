//! Tests of command lines and the requests that they make. Must not depend on: a world.

use clap::Parser;
use populace_sim::VirtualTime;

use super::*;
use crate::sink::SinkPlace;

mod instants;

fn around() -> Surroundings {
    Surroundings {
        environment: Vec::new(),
        undecoded: Vec::new(),
        now: VirtualTime::from_seconds(1_767_225_600),
        terminal: false,
    }
}

fn command(line: &str) -> Command {
    let words = std::iter::once("populace").chain(line.split(' '));
    Cli::try_parse_from(words).expect(line).command
}

fn plan(line: &str) -> Result<RunPlan, UsageError> {
    let Command::Run(args) = command(line) else { panic!("another command") };
    RunPlan::new(&run_options(args, RunMode::Run), &around())
}

#[test]
fn flags_reach_their_keys_and_are_named_in_errors() {
    let good =
        plan("run --seed 3 --people 50 --region tokyo,london --set bank.fraud.rate=0.02 --threads 2").expect("fine");
    assert_eq!((good.scenario.world.seed, good.scenario.world.people, good.threads), (3, 50, 2));
    assert_eq!(good.scenario.region.len(), 2);
    let bad = plan("run --people -5 --seed x --threads 0x --region huston").expect_err("wrong").to_string();
    for flag in ["--people: ", "--seed: ", "--threads: ", "--region: "] {
        assert!(bad.contains(flag), "{bad}");
    }
}

#[test]
fn a_region_of_ones_own_can_be_named() {
    let plan = plan("run --region here --bounds -23.8,-46.9,-23.3,-46.3 --timezone America/Sao_Paulo").expect("fine");
    assert_eq!(plan.scenario.region[0].name.as_deref(), Some("here"));
}

#[test]
fn topics_by_any_of_their_names() {
    let scenario = plan("run --set topics.trips.name=rides").expect("fine").scenario;
    for name in ["rides", "trips", "estimated_time_of_arrival"] {
        assert_eq!(topic(name, &scenario), Ok(Stream::Trips));
    }
    assert!(topic("transactoins", &scenario).expect_err("misspelt").to_string().contains("`transactions`"));
}

#[test]
fn inspect_finds_its_target() {
    let inspect = |line: &str| match command(line) {
        Command::Inspect(args) => inspect_request(&args, &around()).expect(line).what,
        _ => panic!("another command"),
    };
    assert_eq!(inspect("inspect --sample 5"), Inspected::Sample(Sample::People(5)));
    assert_eq!(inspect("inspect driver --sample 5"), Inspected::Sample(Sample::Drivers(5)));
    assert_eq!(inspect("inspect driver driver_3"), Inspected::One(Target::Driver { id: "driver_3".to_owned() }));
}

#[test]
fn verify_takes_the_sink_that_the_world_has_unless_told() {
    let verify = |line: &str| match command(line) {
        Command::Verify(args) => verify_request(args, &around()).expect(line).sink,
        _ => panic!("another command"),
    };
    assert_eq!(verify("verify"), None);
    assert_eq!(verify("verify --out o"), Some(config::SinkChoice::files("o")));
    assert_eq!(verify("verify --sink kafka"), Some(config::SinkChoice::named("kafka").unwrap()));
    let task = |line: &str| match command(line) {
        Command::Verify(args) => verify_request(args, &around()).expect(line).task,
        _ => panic!("another command"),
    };
    assert_eq!(task("verify"), VerifyTask::Check);
    assert_eq!(task("verify --rebuild-progress"), VerifyTask::RebuildProgress);
}

#[test]
fn realism_lives_a_year_unless_files_are_named() {
    let realism = |line: &str| match command(line) {
        Command::Realism(args) => realism_request(args, &around(), |_| Ok(None)),
        _ => panic!("another command"),
    };
    let lived = |line: &str| match realism(line).expect(line).source {
        RealismSource::Lived { scenario, days, .. } => (scenario.world.people, scenario.world.start, days),
        files => panic!("{files:?}"),
    };
    assert_eq!(lived("realism"), (5_000, LIVED_FROM.to_owned(), 365));
    let stated = lived("realism --people 70 --start 2026-02-01 --days 30");
    assert_eq!(stated, (70, "2026-02-01T00:00:00.000000+00:00".to_owned(), 30));
    assert_eq!(lived("realism --scenario million").0, 1_000_000, "a scenario states, too");
    let folder = |line: &str| match realism(line).expect(line).source {
        RealismSource::Files { folder, .. } => folder,
        lived => panic!("{lived:?}"),
    };
    assert_eq!(folder("realism --data-dir d"), Path::new("d/topics"));
    assert_eq!(folder("realism --data-dir d --out o"), Path::new("o"));
    assert!(realism("realism --days 0").expect_err("no day").to_string().starts_with("--days: "));
}

#[test]
fn realism_reads_topics_that_are_named_or_that_the_world_writes() {
    let of = |sink: Option<SinkPlace>| {
        let scenario = plan("run --set topics.trips.name=rides").expect("fine").scenario;
        WorldSources { scenario, sink, brokers: Some("there:1".into()) }
    };
    let prefix = || Some(SinkPlace::new("kafka").with("cluster", "c").with("prefix", "own."));
    let source = |line: &str, kept: Option<SinkPlace>| match command(line) {
        Command::Realism(args) => realism_request(args, &around(), |_| Ok(Some(of(kept)))).map(|all| all.source),
        _ => panic!("another command"),
    };
    let kafka = |line: &str, kept| match source(line, kept).expect(line) {
        RealismSource::Kafka { plan, scenario } => {
            (plan.brokers, plan.topic_prefix, scenario.topics.of(Stream::Trips).name.clone())
        }
        other => panic!("{other:?}"),
    };
    let texts = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    let contract = "estimated_time_of_arrival";
    let stated = "realism --sink kafka --brokers a:1 --set kafka.topic_prefix=x.";
    assert_eq!(kafka(stated, None), texts("a:1", "x.", contract));
    assert_eq!(kafka("realism --data-dir d", prefix()), texts("there:1", "own.", "rides"));
    assert_eq!(kafka("realism --data-dir d --sink kafka --brokers b:2", prefix()), texts("b:2", "own.", "rides"));
    let folder = |line: &str, kept| match source(line, kept).expect(line) {
        RealismSource::Files { folder, .. } => folder,
        other => panic!("{other:?}"),
    };
    assert_eq!(folder("realism --data-dir d --sink files", prefix()), Path::new("d/topics"));
    let elsewhere = Some(SinkPlace::new("files").in_folder(Path::new("/else")));
    assert_eq!(folder("realism --data-dir d", elsewhere), Path::new("/else"));
    for (line, named) in [
        ("realism --brokers a:1", "--sink kafka"),
        ("realism --kafka-property a=b --out o", "--sink kafka"),
        ("realism --sink null", "files or kafka"),
        ("realism --sink kafka --out o", "--out"),
        ("realism --sink kafak", "kafka"),
    ] {
        let error = source(line, None).expect_err(line).to_string();
        assert!(error.contains(named), "{line}: {error}");
    }
}

#[test]
fn kafka_is_told_where_and_how() {
    let line = "--sink kafka --brokers a:1,b:2 --kafka-property linger.ms=7 --kafka-property client.id=x=y";
    let run = plan(&format!("run {line} --allow-expired")).expect("fine");
    assert_eq!((run.sink, run.kafka.brokers.as_str()), (config::SinkChoice::named("kafka").unwrap(), "a:1,b:2"));
    let properties: Vec<_> = run.kafka.properties.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    assert_eq!(properties, [("client.id", "x=y"), ("linger.ms", "7")]);
    assert_eq!(run.kafka.expired, Expired::Allow);
    let Command::Verify(args) = command(&format!("verify {line}")) else { panic!("another command") };
    let verify = verify_request(args, &around()).expect("fine").kafka;
    assert_eq!(verify, config::KafkaPlan { expired: Expired::Refuse, ..run.kafka });
}
