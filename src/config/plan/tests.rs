//! Plans by table: accepted options, and refused options with their messages.

use super::super::options::HttpOptions;
use super::*;

/// 2026-01-01T00:00:00Z.
pub(in crate::config) const NOW: VirtualTime = VirtualTime::from_seconds(1_767_225_600);

pub(in crate::config) fn options() -> RunOptions {
    RunOptions {
        rules: RuleOptions::default(),
        mode: RunMode::Run,
        end: None,
        events: None,
        duration: None,
        rate: None,
        http: HttpOptions::default(),
        brokers: None,
        progress: None,
        json: false,
        checkpoints: Checkpointing::On,
        adoption: Adoption::Refuse,
        memory: LowMemory::Refuse,
    }
}

fn around(environment: &[(&str, &str)]) -> Surroundings {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Surroundings { environment: environment.iter().map(own).collect(), undecoded: Vec::new(), now: NOW, terminal: true }
}

fn plan(change: impl FnOnce(&mut RunOptions)) -> Result<RunPlan, UsageError> {
    let mut options = options();
    change(&mut options);
    RunPlan::new(&options, &around(&[]))
}

fn flag(options: &mut RunOptions, flag: &'static str, key: &'static str, value: &str) {
    options.rules.flags.push((flag, key, value.to_owned()));
}

fn refused(change: impl FnOnce(&mut RunOptions)) -> String {
    plan(change).expect_err("refused").to_string()
}

#[test]
fn nothing_said_is_a_live_world_in_files() {
    let plan = plan(|_| {}).expect("fine");
    assert_eq!(plan.sink, SinkChoice::files("data/topics"));
    assert_eq!((plan.pace, plan.progress), (Pace::CatchUp, ProgressStyle::Log));
    assert_eq!(plan.checkpoint_every, Duration::from_secs(10));
    assert!(plan.threads >= 1);
}

#[test]
fn a_start_in_the_past_catches_up_and_backfill_runs_flat_out() {
    let past = |options: &mut RunOptions| flag(options, "--start", "world.start", "-90d");
    assert_eq!(plan(past).expect("fine").pace, Pace::CatchUp);
    let backfill = plan(|options| {
        past(options);
        options.mode = RunMode::Backfill;
        options.end = Some("now".to_owned());
    })
    .expect("fine");
    assert_eq!((backfill.pace, backfill.progress), (Pace::Max, ProgressStyle::Bar));
    let end = StatedTime { text: "now".to_owned(), resolved: NOW, relative: true };
    assert_eq!(backfill.end, Some(end));
}

#[test]
fn speeds_rates_and_lengths() {
    let speed = |text: &'static str| plan(move |options| flag(options, "--speed", "run.speed", text)).expect(text).pace;
    assert_eq!(speed("60"), Pace::Factor(60.0));
    assert_eq!(speed("max"), Pace::Max);
    assert_eq!(speed("catch-up"), Pace::CatchUp);
    let rated = plan(|options| {
        options.rate = Some("10".to_owned());
        options.duration = Some("60s".to_owned());
        options.events = Some("1_000".to_owned());
    })
    .expect("fine");
    assert_eq!(
        (rated.pace, rated.duration, rated.events),
        (Pace::Rate(10.0), Some(Duration::from_secs(60)), Some(1_000))
    );
}

#[test]
fn absurd_numbers_are_named_by_their_option() {
    for text in ["0", "-1", "NaN", "inf", "1e308", "", "ten"] {
        let asked = |wish: fn(&mut RunOptions, String)| refused(|options| wish(options, text.to_owned()));
        assert!(asked(|options, text| options.events = Some(text)).starts_with("--events: "), "{text}");
        assert!(asked(|options, text| options.rate = Some(text)).starts_with("--rate: "), "{text}");
        assert!(asked(|options, text| options.duration = Some(text)).starts_with("--duration: "), "{text}");
        assert!(asked(|options, text| options.end = Some(text)).starts_with("--end: "), "{text}");
    }
    for text in ["0", "-1", "NaN", "inf", "1e308", "fast"] {
        assert!(refused(|options| flag(options, "--speed", "run.speed", text)).starts_with("--speed: "), "{text}");
    }
    assert!(refused(|options| flag(options, "--speed", "run.speed", "mxa")).contains("did you mean `max`"));
}

#[test]
fn sinks_by_name() {
    let sink = |name: &'static str| plan(move |options| flag(options, "--sink", "sink.kind", name));
    assert_eq!(sink("stdout").expect("fine").sink, SinkChoice::named("stdout").unwrap());
    assert_eq!(sink("null").expect("fine").sink, SinkChoice::named("null").unwrap());
    assert!(sink("flies").expect_err("misspelt").to_string().contains("did you mean `files`"));
    assert_eq!(sink("kafka").expect("fine").sink, SinkChoice::named("kafka").unwrap());
    assert!(sink("kakfa").expect_err("misspelt").to_string().contains("did you mean `kafka`"));
    let out = plan(|options| flag(options, "--out", "files.out", "there")).expect("fine");
    assert_eq!(out.sink, SinkChoice::files("there"));
}

#[test]
fn http_is_told_together_with_the_rest() {
    let wrong = refused(|options| {
        options.http.address = Some("0.0.0.0:80".to_owned());
        options.events = Some("none".to_owned());
    });
    assert!(wrong.contains("--http 0.0.0.0:80") && wrong.contains("--events"), "{wrong}");
}

#[test]
fn brokers_do_not_choose_kafka() {
    let asked = |sink: Option<&'static str>| {
        plan(move |options| {
            options.brokers = Some("h:9092".to_owned());
            sink.into_iter().for_each(|sink| flag(options, "--sink", "sink.kind", sink));
        })
    };
    let kafka = asked(Some("kafka")).expect("fine");
    assert_eq!((kafka.sink, kafka.kafka.brokers.as_str()), (SinkChoice::named("kafka").unwrap(), "h:9092"));
    assert!(kafka.stated.contains("kafka.brokers") && !kafka.stated.contains("kafka.partitions"));
    let other = asked(Some("files")).expect_err("another sink").to_string();
    assert!(other.starts_with("--brokers is for Kafka, but the sink is files (--sink)"), "{other}");
    let none = asked(None).expect_err("no sink").to_string();
    assert!(none.starts_with("--brokers does not choose Kafka by itself\n  help: add --sink kafka"), "{none}");
}

#[test]
fn contradictions() {
    let early = refused(|options| {
        flag(options, "--start", "world.start", "2026-03-01");
        options.end = Some("2026-01-01".to_owned());
    });
    assert!(early.contains("--end 2026-01-01 is not after the start"), "{early}");
    let early = refused(|options| {
        flag(options, "--start", "world.start", "-90d");
        options.end = Some("-100d".to_owned());
    });
    assert!(early.contains("--end -100d is not after the start"), "{early}");
    assert!(refused(|options| options.mode = RunMode::Backfill).contains("needs an end"));
    let both = refused(|options| {
        flag(options, "--speed", "run.speed", "60");
        options.rate = Some("10".to_owned());
    });
    assert!(both.contains("cannot be used together"), "{both}");
    assert!(refused(|options| options.checkpoints = Checkpointing::Off).contains("--sink null"));
}

#[test]
fn faults_of_options_and_of_layers_come_together() {
    let mut options = options();
    options.events = Some("0".to_owned());
    options.rules.set.push("bank.fraud.rate=2".to_owned());
    let error = RunPlan::new(&options, &around(&[("POPULACE_WORLD_SEDE", "1")])).expect_err("three errors");
    assert_eq!(error.complaints.len(), 3, "{error}");
}

#[test]
fn the_environment_names_keys_and_the_directory() {
    let around =
        around(&[("POPULACE_WORLD_PEOPLE", "77"), ("POPULACE_DATA_DIR", "elsewhere"), ("POPULACE_LOG", "debug")]);
    let plan = RunPlan::new(&options(), &around).expect("fine");
    assert_eq!((plan.scenario.world.people, plan.data_dir), (77, PathBuf::from("elsewhere")));
}

#[test]
fn a_scenario_that_cannot_be_read_is_named_with_those_that_are_shipped() {
    let error = refused(|options| options.rules.scenario = Some("quick-lok".into()));
    assert!(error.contains("\"quick-lok\"") && error.contains("did you mean `quick-look`"), "{error}");
    assert!(plan(|options| options.rules.scenario = Some("quick-look".into())).is_ok());
}
