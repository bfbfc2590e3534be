//! Turns parsed arguments into requests and passes them to `backend`: the one place where options become plain values.

use std::path::{Path, PathBuf};

use populace_sim::{Resolved, Scenario, Stream, VirtualTime, is_relative_time, nearest_names, resolve_time};

use super::backend::Run;
use super::grammar::{
    CasesArgs, Cli, Command, ExportCommand, ForkArgs, InspectArg, InspectArgs, ProgressArg, RealismArgs, RuleArgs,
    RunArgs, ScenarioCommand, SchemaArgs, SinkArgs, VerifyArgs,
};
use super::requests::{CampaignsRequest, ForkRequest, Form, InspectRequest, Inspected};
use super::tables::export_request;
use super::values::whole;
use super::{backend, drifts, injection, logging, scenarios};
use crate::UsageError;
use crate::config::{
    self, Adoption, Checkpointing, Expired, HttpOptions, LowMemory, ProgressStyle, RuleOptions, RunMode, RunOptions,
    RunPlan, Surroundings, data_dir,
};
use crate::ops::WorldSources;
use crate::ops::inspect::{Sample, Target};
use crate::ops::schema::SchemaRequest;
use crate::realism::{RealismRequest, RealismSource, Strictness};
use crate::run::{DriftFile, ForkChanges};
use crate::sink::kafka::prefix_of;
use crate::verify::{VerifyRequest, VerifyTask};

/// Carries out the command.
pub(super) fn dispatch(cli: Cli, run: Run) -> anyhow::Result<()> {
    let around = Surroundings::of_process();
    logging::start(cli.log.as_deref(), if cli.is_long_running() { "info" } else { "warn" })?;
    match cli.command {
        Command::Run(args) => Ok(run(RunPlan::new(&run_options(args, RunMode::Run), &around)?)?),
        Command::Backfill(args) => Ok(run(RunPlan::new(&run_options(args, RunMode::Backfill), &around)?)?),
        Command::Inspect(args) => backend::inspect(&inspect_request(&args, &around)?),
        Command::Cases(args) => backend::campaigns(&campaigns_request(&args, &around)?),
        Command::Fork(args) => backend::fork(&fork_request(args, &around)?),
        Command::Inject(args) => backend::inject(&injection::request(&args, &around)?),
        Command::Export(ExportCommand::Tables(args)) => backend::export(&export_request(&args, &around)?),
        Command::Drift(command) => backend::drift(&drifts::request(command, &around)?),
        Command::Scenario(ScenarioCommand::Show(args)) => {
            let form = if args.json { scenarios::Form::Json } else { scenarios::Form::Toml };
            scenarios::show(&rule_options(args.rules), form, &around, backend::stored_scenario)
        }
        Command::Scenario(ScenarioCommand::Check { file }) => scenarios::check(&file, &around),
        Command::Scenario(ScenarioCommand::Presets) => scenarios::presets(&around),
        Command::Schema(args) => backend::schema(&schema_request(args, &around)?),
        Command::Verify(args) => backend::verify(&verify_request(args, &around)?),
        Command::Realism(args) => backend::realism(&realism_request(args, &around, backend::stored)?),
    }
}

fn rule_options(args: RuleArgs) -> RuleOptions {
    let mut flags = Vec::new();
    let mut flag = |flag, key, value: Option<String>| flags.extend(value.map(|value| (flag, key, value)));
    flag("--seed", "world.seed", args.seed);
    flag("--people", "world.people", args.people);
    flag("--start", "world.start", args.start);
    let region = if args.bounds.is_some() { "region[0].name" } else { "region" };
    flag("--region", region, args.region);
    flag("--bounds", "region[0].bounds", args.bounds);
    flag("--timezone", "region[0].timezone", args.timezone);
    RuleOptions { scenario: args.scenario, data_dir: args.data_dir, set: args.set, flags, ..RuleOptions::default() }
}

fn sink_flags(args: &SinkArgs, options: &mut RuleOptions) {
    let all = [("--sink", "sink.kind", &args.sink), ("--threads", "run.threads", &args.threads)];
    options.flags.extend(all.into_iter().filter_map(|(flag, key, value)| Some((flag, key, value.clone()?))));
    if let Some(out) = &args.out {
        // An option that no layer holds is added as a flag.
        options.flags.push(("--out", "files.out", out.to_string_lossy().into_owned()));
        options.out = Some(out.clone()).filter(|out| out.to_str().is_none());
    }
    options.kafka.properties.clone_from(&args.kafka_property);
}

fn run_options(args: RunArgs, mode: RunMode) -> RunOptions {
    let mut rules = rule_options(args.rules);
    sink_flags(&args.sink, &mut rules);
    rules.kafka.expired = if args.allow_expired { Expired::Allow } else { Expired::Refuse };
    rules.flags.extend(args.speed.map(|speed| ("--speed", "run.speed", speed)));
    rules.flags.extend(args.on_clock_step.map(|answer| ("--on-clock-step", "run.on_clock_step", answer)));
    RunOptions {
        rules,
        mode,
        end: args.end,
        events: args.events,
        duration: args.duration,
        rate: args.rate,
        http: HttpOptions {
            address: args.http,
            metrics: args.metrics,
            token_file: args.http_token_file,
            names: args.http_name,
        },
        brokers: args.sink.brokers,
        progress: args.progress.map(progress),
        json: args.json,
        adoption: if args.adopt_scenario { Adoption::Adopt } else { Adoption::Refuse },
        memory: if args.allow_low_memory { LowMemory::Allow } else { LowMemory::Refuse },
        checkpoints: if args.no_checkpoints { Checkpointing::Off } else { Checkpointing::On },
    }
}

fn progress(style: ProgressArg) -> ProgressStyle {
    match style {
        ProgressArg::Bar => ProgressStyle::Bar,
        ProgressArg::Log => ProgressStyle::Log,
        ProgressArg::None => ProgressStyle::Silent,
    }
}

fn inspect_request(args: &InspectArgs, around: &Surroundings) -> Result<InspectRequest, UsageError> {
    let id = args.id.clone().unwrap_or_default();
    let what = match (&args.sample, args.what) {
        (Some(sample), Some(InspectArg::Driver)) => Inspected::Sample(Sample::Drivers(whole("--sample", sample)?)),
        (Some(_), Some(InspectArg::Campaign)) => {
            let error = UsageError::new("--sample cannot be used with campaign");
            return Err(error.help("`populace cases --from 2026-01-01 --to 2026-02-01` lists campaigns"));
        }
        (Some(sample), _) => Inspected::Sample(Sample::People(whole("--sample", sample)?)),
        (None, Some(InspectArg::Campaign)) if args.at.is_some() => {
            let error = UsageError::new("--at cannot be used with campaign");
            return Err(error.help("leave it out: a campaign is shown with all of its times"));
        }
        (None, Some(InspectArg::Campaign)) => Inspected::Campaign(id),
        (None, Some(InspectArg::Driver)) => one(Target::Driver { id }, args),
        (None, Some(InspectArg::Customer)) => one(Target::Customer { id }, args),
        (None, _) => one(Target::User { id }, args),
    };
    let form = Form::json_if(args.json);
    Ok(InspectRequest { data_dir: data_dir(args.data_dir.as_deref(), around), what, form })
}

fn one(target: Target, args: &InspectArgs) -> Inspected {
    match args.at.clone() {
        Some(at) => Inspected::Past { target, at },
        None => Inspected::One(target),
    }
}

fn campaigns_request(args: &CasesArgs, around: &Surroundings) -> Result<CampaignsRequest, UsageError> {
    let instant = |flag: &str, text: &str| {
        let wrong =
            |why: String| UsageError::new(format!("{flag}: {why}")).help("write 2026-01-01T00:00:00Z or a date");
        if is_relative_time(text) {
            return Err(wrong(format!("{text:?} is relative, and virtual time is not known here")));
        }
        resolve_time(text, VirtualTime::from_micros(0)).map_err(|error| wrong(error.to_string()))
    };
    let (from, to) = (instant("--from", &args.from)?, instant("--to", &args.to)?);
    if from >= to {
        return Err(UsageError::new("--from must be before --to").help("swap them, or give another span"));
    }
    Ok(CampaignsRequest {
        data_dir: data_dir(args.data_dir.as_deref(), around),
        from,
        to,
        form: Form::json_if(args.json),
    })
}

fn fork_request(args: ForkArgs, around: &Surroundings) -> Result<ForkRequest, UsageError> {
    let read =
        |file: PathBuf| config::scenario_text(&file).map(|text| DriftFile { name: config::name_of(&file), text });
    if args.topic_prefix.as_ref().is_some_and(String::is_empty) {
        let error = UsageError::new("--topic-prefix is empty");
        return Err(error.help("give the beginning of the new world's topic names, as in --topic-prefix twin-"));
    }
    let changes =
        ForkChanges { set: args.set, drifts: args.drift.map(read).transpose()?, topic_prefix: args.topic_prefix };
    Ok(ForkRequest {
        data_dir: data_dir(args.data_dir.as_deref(), around),
        to: args.to,
        changes,
        form: Form::json_if(args.json),
    })
}

fn schema_request(args: SchemaArgs, around: &Surroundings) -> Result<SchemaRequest, UsageError> {
    let options = rule_options(args.rules);
    let (resolved, _) = config::resolve(&options, around)?;
    let topic = topic(&args.topic, &resolved.scenario)?;
    Ok(SchemaRequest { scenario: resolved.scenario, topic, format: args.format.map(Into::into) })
}

/// Returns the topic with this section name, name in the contract, or name in this scenario.
fn topic(name: &str, scenario: &Scenario) -> Result<Stream, UsageError> {
    let names = |stream: Stream| {
        [scenario.topics.of(stream).name.as_str(), stream.section(), populace_wire::contract_name(stream)]
    };
    if let Some(stream) = Stream::ALL.into_iter().find(|stream| names(*stream).contains(&name)) {
        return Ok(stream);
    }
    let near = nearest_names(name, Stream::ALL.into_iter().flat_map(names));
    let all = Stream::ALL.map(Stream::section).join(", ");
    let help = near.first().map_or(String::new(), |near| format!("did you mean `{near}`? "));
    Err(UsageError::new(format!("unknown topic {name:?}")).help(format!("{help}there are: {all}")))
}

fn verify_request(args: VerifyArgs, around: &Surroundings) -> Result<VerifyRequest, UsageError> {
    let mut options = RuleOptions { data_dir: args.data_dir, ..RuleOptions::default() };
    sink_flags(&args.sink, &mut options);
    options.flags.extend(args.sink.brokers.map(|brokers| ("--brokers", "kafka.brokers", brokers)));
    let (resolved, settings) = config::resolve(&options, around)?;
    let dir = data_dir(options.data_dir.as_deref(), around);
    let sink = config::sink_of(&settings, options.out.as_deref(), &dir)?;
    let stated = resolved.stated.contains("sink.kind") || resolved.stated.contains("files.out");
    Ok(VerifyRequest {
        data_dir: dir,
        sink: stated.then_some(sink),
        kafka: config::kafka_plan(&resolved, &settings, &options.kafka, around)?,
        stated: resolved.stated,
        threads: config::threads(settings.run.threads),
        task: if args.rebuild_progress { VerifyTask::RebuildProgress } else { VerifyTask::Check },
        now: around.now,
        json: args.json,
    })
}

/// The default number of people, start and number of days of a world that `realism` simulates. The year has the
/// holidays that the report examines, and the fixed start gives the same report on every day.
const LIVED_PEOPLE: u32 = 5_000;
const LIVED_FROM: &str = "2025-01-01T00:00:00.000000+00:00";
const LIVED_DAYS: u32 = 365;

fn realism_request(
    args: RealismArgs,
    around: &Surroundings,
    stored: impl FnOnce(&Path) -> anyhow::Result<Option<WorldSources>>,
) -> anyhow::Result<RealismRequest> {
    let days = args.days.as_deref().map(days).transpose()?;
    let mut options = rule_options(args.rules);
    sink_flags(&args.sink, &mut options);
    options.flags.extend(args.sink.brokers.clone().map(|brokers| ("--brokers", "kafka.brokers", brokers)));
    let (resolved, settings) = config::resolve(&options, around)?;
    let kept = options.data_dir.as_deref().map(stored).transpose()?.flatten();
    let source = match kind_of(&args.sink, options.data_dir.as_deref(), kept.as_ref())? {
        Kind::Lived => lived(resolved, days, config::threads(settings.run.threads)),
        Kind::Files => {
            let dir = data_dir(options.data_dir.as_deref(), around);
            let own = kept.as_ref().and_then(|kept| kept.sink.as_ref()?.folder(&dir));
            let folder = args.sink.out.or(own).unwrap_or_else(|| dir.join("topics"));
            let scenario = kept.map_or(resolved.scenario, |kept| kept.scenario);
            RealismSource::Files { scenario: Box::new(scenario), folder }
        }
        Kind::Kafka => {
            let mut plan = config::kafka_plan(&resolved, &settings, &options.kafka, around)?;
            if let Some(kept) = &kept {
                as_kept(&mut plan, kept, &resolved);
            }
            let scenario = kept.map_or(resolved.scenario, |kept| kept.scenario);
            RealismSource::Kafka { scenario: Box::new(scenario), plan: Box::new(plan) }
        }
    };
    let strictness = if args.report_only { Strictness::ReportOnly } else { Strictness::Fail };
    Ok(RealismRequest { source, json: args.json, html: args.html, strictness })
}

/// The kind of source that `realism` reads records from.
#[derive(Clone, Copy)]
enum Kind {
    Lived,
    Files,
    Kafka,
}

/// Returns the kind that the options name, else that of the world's sink, else a simulated world.
fn kind_of(args: &SinkArgs, dir: Option<&Path>, kept: Option<&WorldSources>) -> Result<Kind, UsageError> {
    // Files that hold the records as well are read faster.
    let in_kafka = kept
        .and_then(|kept| kept.sink.as_ref())
        .is_some_and(|place| prefix_of(place).is_some() && place.out().is_none());
    let kind = match (args.sink.as_deref(), &args.out) {
        (Some("kafka"), None) => Kind::Kafka,
        (Some("kafka"), Some(_)) => {
            return Err(
                UsageError::new("--out cannot be used with --sink kafka").help("leave --out out, or use --sink files")
            );
        }
        (Some("files"), _) | (None, Some(_)) => Kind::Files,
        (Some(other), _) => {
            let error = UsageError::new(format!("--sink: cannot read records back from {other:?}"));
            return Err(error.help("name files or kafka"));
        }
        (None, None) if in_kafka => Kind::Kafka,
        (None, None) if dir.is_some() => Kind::Files,
        (None, None) => Kind::Lived,
    };
    let named = [("--brokers", args.brokers.is_some()), ("--kafka-property", !args.kafka_property.is_empty())];
    match (kind, named.iter().find(|(_, given)| *given)) {
        (Kind::Lived | Kind::Files, Some((flag, _))) => {
            Err(UsageError::new(format!("{flag} requires --sink kafka")).help("add --sink kafka"))
        }
        _ => Ok(kind),
    }
}

/// Sets the topic prefix and the brokers of the world's last connection; stated brokers take precedence.
fn as_kept(plan: &mut config::KafkaPlan, kept: &WorldSources, resolved: &Resolved) {
    if let Some(prefix) = kept.sink.as_ref().and_then(prefix_of) {
        prefix.clone_into(&mut plan.topic_prefix);
    }
    if let Some(brokers) = kept.brokers.as_ref().filter(|_| !resolved.stated.contains("kafka.brokers")) {
        plan.brokers.clone_from(brokers);
    }
}

fn lived(resolved: Resolved, days: Option<u32>, threads: usize) -> RealismSource {
    let mut scenario = resolved.scenario;
    if !resolved.stated.contains("world.people") {
        scenario.world.people = LIVED_PEOPLE;
    }
    if !resolved.stated.contains("world.start") {
        scenario.world.start = LIVED_FROM.to_owned();
    }
    RealismSource::Lived { scenario: Box::new(scenario), days: days.unwrap_or(LIVED_DAYS), threads }
}

fn days(text: &str) -> Result<u32, UsageError> {
    let number = text.replace('_', "").parse().ok().filter(|number| (1..=3_660).contains(number));
    number.ok_or_else(|| UsageError::new(format!("--days: {text:?} must be a whole number from 1 to 3,660")))
}

#[cfg(test)]
mod tests;
