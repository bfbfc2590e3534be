//! The grammar of the command line. It is a contract: it may grow, what is here keeps its meaning. Numbers and times are
//! taken as texts, so that a wrong one is named by its option and range like any other key.

mod futures;
mod help;
mod kinds;

pub(super) use futures::{DriftCommand, DriftStartArgs, ForkArgs};
use help::{FORKS, REALISM_SOURCES, REBUILDING};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::ops::inject::InjectKind;
use crate::ops::schema::SchemaFormat;
use kinds::inject_kinds;

/// Keeps a synthetic town alive and streams what its people do as labelled events.
#[derive(Debug, Parser)]
#[command(name = "populace", version, arg_required_else_help = true, max_term_width = 110)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    /// What to log, as in "info" or "populace=debug" [default: POPULACE_LOG, else info]
    #[arg(long, global = true, value_name = "FILTER")]
    pub(super) log: Option<String>,
}

impl Cli {
    /// Returns whether the command runs a world.
    pub(super) fn is_long_running(&self) -> bool {
        matches!(self.command, Command::Run(_) | Command::Backfill(_))
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a world or go on with one, and stream its events
    #[command(after_help = PRECEDENCE)]
    Run(RunArgs),
    /// Run as fast as possible until --end, then exit with a summary
    #[command(after_help = PRECEDENCE)]
    Backfill(RunArgs),
    /// Show the profile and history of a person or a driver
    Inspect(InspectArgs),
    /// List the campaigns of fraud that a span of virtual time has: the ground truth
    Cases(CasesArgs),
    /// Make something happen in a running or a stopped world
    Inject(InjectArgs),
    /// Copy a running or a stopped world as it is now into a new one: one past, many futures
    #[command(after_help = FORKS)]
    Fork(ForkArgs),
    /// List, start and stop drifts of a running or a stopped world
    #[command(subcommand)]
    Drift(DriftCommand),
    /// Show, check and list scenarios
    #[command(subcommand)]
    Scenario(ScenarioCommand),
    /// Print the schema of a topic as the scenario emits it
    Schema(SchemaArgs),
    /// Check the sink against the world: nothing missing, nothing twice
    #[command(after_help = REBUILDING)]
    Verify(VerifyArgs),
    /// Compare what a world emits with published figures of real data
    #[command(after_help = REALISM_SOURCES)]
    #[command(mut_arg("data_dir", |arg| arg.help("Read what the world in this directory wrote, in files or in Kafka")))]
    #[command(mut_arg("sink", |arg| arg.help("What to read: files or kafka [default: what the world writes to]")))]
    #[command(mut_arg("out", |arg| arg.help("Read the topic files in this folder")))]
    Realism(RealismArgs),
}

const PRECEDENCE: &str = "Defaults < --scenario file < environment POPULACE_SECTION_KEY < --set < other options. \
    Options left out on an existing world keep its values.";

#[derive(Debug, Default, Args)]
pub(super) struct RuleArgs {
    /// Scenario file, - for standard input, or a shipped one by name (see `populace scenario presets`)
    #[arg(long, value_name = "F")]
    pub(super) scenario: Option<PathBuf>,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(super) data_dir: Option<PathBuf>,
    /// Seed of all random numbers
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) seed: Option<String>,
    /// Preset of a region, or several with commas; with --bounds the name of a region of your own
    #[arg(long, value_name = "NAME")]
    pub(super) region: Option<String>,
    /// A region of your own, in degrees; needs --timezone
    #[arg(long, value_name = "S,W,N,E", allow_hyphen_values = true, requires = "timezone")]
    pub(super) bounds: Option<String>,
    /// Time zone of a region of your own, as in America/Sao_Paulo; needs --bounds
    #[arg(long, value_name = "ZONE", requires = "bounds")]
    pub(super) timezone: Option<String>,
    /// Inhabitants over all regions
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) people: Option<String>,
    /// First instant of the world: RFC 3339, a date, now, or relative such as -90d
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(super) start: Option<String>,
    /// Any key of the scenario, as in bank.fraud.rate=0.02; may be repeated
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub(super) set: Vec<String>,
}

#[derive(Debug, Default, Args)]
pub(super) struct SinkArgs {
    /// Where events go: files, kafka, stdout or null [default: files]
    #[arg(long, value_name = "SINK")]
    pub(super) sink: Option<String>,
    /// Folder of the files sink [default: <data-dir>/topics]
    #[arg(long, value_name = "D")]
    pub(super) out: Option<PathBuf>,
    /// Bootstrap brokers, comma-separated; requires --sink kafka [default: localhost:9092]
    #[arg(long, value_name = "H:P,…")]
    pub(super) brokers: Option<String>,
    /// A property of Kafka's client, as in security.protocol=SASL_SSL; a secret as env:NAME or file:PATH; may be repeated
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(super) kafka_property: Vec<String>,
    /// Simulation threads [default: one per core]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) threads: Option<String>,
}

#[derive(Debug, Default, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    #[command(flatten)]
    pub(super) sink: SinkArgs,
    /// Send to Kafka even if a topic's retention would delete the records, or its limits would refuse them
    #[arg(long)]
    pub(super) allow_expired: bool,
    /// Virtual time at which to stop, exclusive: as --start
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(super) end: Option<String>,
    /// realtime, max, catch-up, or a factor such as 60
    #[arg(long, value_name = "SPEED", allow_hyphen_values = true)]
    pub(super) speed: Option<String>,
    /// When the wall clock is set while the world follows it: wait, follow or refuse [default: wait]
    #[arg(long, value_name = "ANSWER")]
    pub(super) on_clock_step: Option<String>,
    /// Run at the speed that yields this many events per second
    #[arg(long, value_name = "EVENTS_PER_S", allow_hyphen_values = true)]
    pub(super) rate: Option<String>,
    /// Stop after exactly this many events of this world
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) events: Option<String>,
    /// Stop after this wall time, as in 60s, 5m, 2h
    #[arg(long, value_name = "SPAN", allow_hyphen_values = true)]
    pub(super) duration: Option<String>,
    /// Address of the page, the API and the metrics, or off [default: 127.0.0.1:7878, off where that is taken]
    #[arg(long, value_name = "ADDR|off")]
    pub(super) http: Option<String>,
    /// File with the token of HTTP requests [default: POPULACE_HTTP_TOKEN; required if other machines can reach the address]
    #[arg(long, value_name = "FILE")]
    pub(super) http_token_file: Option<PathBuf>,
    /// Another accepted Host header, as behind a proxy; may be repeated
    #[arg(long, value_name = "HOST")]
    pub(super) http_name: Vec<String>,
    /// Another address, for /metrics, /health and /ready only
    #[arg(long, value_name = "ADDR")]
    pub(super) metrics: Option<String>,
    /// How to show progress [default: a bar on a terminal for anything bounded, else log lines]
    #[arg(long, value_name = "STYLE")]
    pub(super) progress: Option<ProgressArg>,
    /// The summary as one JSON object on stdout
    #[arg(long)]
    pub(super) json: bool,
    /// Adopt the stated rules for an existing world from here on, instead of refusing those that differ
    #[arg(long)]
    pub(super) adopt_scenario: bool,
    /// Take no checkpoints: for measuring with the null sink
    #[arg(long, hide = true)]
    pub(super) no_checkpoints: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ProgressArg {
    /// A bar
    Bar,
    /// Log lines
    Log,
    /// Nothing
    None,
}

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// What the ID is of
    #[arg(value_enum, required_unless_present = "sample")]
    pub(super) what: Option<InspectArg>,
    /// The UUID of a user, customer or campaign, or driver_N
    #[arg(required_unless_present = "sample", conflicts_with = "sample", allow_hyphen_values = true)]
    pub(super) id: Option<String>,
    /// Show this many instead of one
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) sample: Option<String>,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(super) data_dir: Option<PathBuf>,
    /// As JSON, one object per line
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum InspectArg {
    /// A person, by user id
    User,
    /// A driver
    Driver,
    /// A person, by customer id
    Customer,
    /// A fraud campaign
    Campaign,
}

#[derive(Debug, Args)]
pub(super) struct CasesArgs {
    /// Campaigns that start from here on: an instant or a date
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) from: String,
    /// Campaigns that start before here
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) to: String,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(super) data_dir: Option<PathBuf>,
    /// As JSON, one object per line
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct InjectArgs {
    /// The kind of injection
    #[arg(value_name = "KIND", value_parser = inject_kinds())]
    pub(super) kind: InjectKind,
    /// The UUID of the person
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(super) user: Option<String>,
    /// For a campaign: the number of victims, chosen as in planned campaigns
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) victims: Option<String>,
    /// For a campaign: the region [default: the first one]
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub(super) region: Option<String>,
    /// When it begins, in virtual time, as in +2h or 2026-03-01T09:00:00Z [default: at once]
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(super) at: Option<String>,
    /// For a transaction: the amount in the person's currency, as in 42.50
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(super) amount: Option<String>,
    /// The number of transactions [default: 10]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) count: Option<String>,
    /// The span of virtual time in which they happen [default: 5m]
    #[arg(long, value_name = "SPAN", allow_hyphen_values = true)]
    pub(super) within: Option<String>,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(super) data_dir: Option<PathBuf>,
    /// Answer as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ScenarioCommand {
    /// Print the whole scenario that these options come to, or that an existing world was born with
    Show(ShowArgs),
    /// Check a scenario file: "ok", or everything that is wrong in it
    Check {
        /// The file, or - for standard input
        #[arg(value_name = "F")]
        file: PathBuf,
    },
    /// List the presets of regions and the scenarios that are shipped
    Presets,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    /// As one JSON object: the rules, and the ledger of the drifts that are scheduled
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// transactions, trips, interactions, labels, completions or drifts, or the name of the topic
    #[arg(value_name = "TOPIC")]
    pub(super) topic: String,
    /// The language of the schema
    #[arg(long, value_enum, default_value = "json-schema")]
    pub(super) format: FormatArg,
    #[command(flatten)]
    pub(super) rules: RuleArgs,
}

/// A schema language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    /// JSON Schema.
    JsonSchema,
    /// Avro.
    Avro,
}

impl From<FormatArg> for SchemaFormat {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::JsonSchema => SchemaFormat::JsonSchema,
            FormatArg::Avro => SchemaFormat::Avro,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(super) data_dir: Option<PathBuf>,
    #[command(flatten)]
    pub(super) sink: SinkArgs,
    /// Where the record of a world's progress in Kafka is gone: write it anew, if the topics hold what the world made
    #[arg(long)]
    pub(super) rebuild_progress: bool,
    /// Answer as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct RealismArgs {
    #[command(flatten)]
    pub(super) rules: RuleArgs,
    #[command(flatten)]
    pub(super) sink: SinkArgs,
    /// Simulate this many days, 1 to 3,660 [default: 365]
    #[arg(long, value_name = "N", allow_hyphen_values = true, conflicts_with_all = ["out", "data_dir", "sink"])]
    pub(super) days: Option<String>,
    /// The report as one JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// The report with charts as one HTML page, too
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// Exit code 0 also when checks fail
    #[arg(long)]
    pub(super) report_only: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn negative_values_are_values() {
        let line = "populace run --people -5 --start -90d --end +3d --bounds -23.8,-46.9,-23.3,-46.3 --timezone America/Sao_Paulo --rate -1";
        let Command::Run(args) = Cli::try_parse_from(line.split(' ')).expect("parses").command else {
            panic!("another command")
        };
        assert_eq!(args.rules.people.as_deref(), Some("-5"));
        assert_eq!(args.rules.start.as_deref(), Some("-90d"));
        assert_eq!(args.rules.bounds.as_deref(), Some("-23.8,-46.9,-23.3,-46.3"));
    }

    #[test]
    fn every_line_of_the_contract_parses() {
        let lines = [
            "run --scenario F --data-dir D --seed 3 --region houston --people 5 --sink files --out D --brokers h:1 --threads 2 --start -1d --end now --speed max --rate 5 --events 9 --duration 60s --http off",
            "run --http 0.0.0.0:7878 --http-token-file F --http-name a.example --http-name b --metrics :: --speed 1",
            "backfill --start 2026-01-01 --end 2026-03-01 --json",
            "run --sink kafka --brokers a:1,b:2 --kafka-property a=b --kafka-property c=d --allow-expired",
            "backfill --end now --sink kafka --allow-expired",
            "verify --sink kafka --brokers a:1 --kafka-property a=b",
            "inspect user 00000000-0000-4000-8000-000000000000 --json",
            "inspect driver driver_7",
            "inspect --sample 5 --data-dir D",
            "inject velocity --user x --count 10 --within 5m",
            "inject card-testing",
            "inject mule-ring --victims 12 --region houston --at +2h",
            "inject account-takeover --user x",
            "inject transaction --user x --amount 42.50 --data-dir D --json",
            "fork --data-dir A --to B",
            "fork --to B --set bank.fraud.rate=0.02 --set rides.weather.warmer_by=-2 --drift F --topic-prefix b- --json",
            "drift list --json --data-dir D",
            "drift start lockdown --at +2d",
            "drift start F --data-dir D --json",
            "drift start --key bank.fraud.rate --to 0.02 --at 2026-03-01",
            "drift start --key rides.weather.warmer_by --to -3 --kind incremental --width 5d --region tokyo --id cold",
            "drift start --key shop.conversion --by 0.5 --kind blip --length 2d --share 0.3 --persona student",
            "drift stop cold lockdown-shop --json",
            "scenario show --set bank.fraud.rate=0.02 --set world.seed=2",
            "scenario check F",
            "scenario presets",
            "schema trips --format avro",
            "schema transactions",
            "verify --data-dir D --sink files --out D",
            "--log debug verify",
            "realism",
            "realism --people 500 --seed 3 --region tokyo --scenario F --set bank.merchants=50 --days 120 --threads 1",
            "realism --data-dir D --json --report-only",
            "realism --out D --html F",
            "realism --sink kafka --brokers a:1 --kafka-property a=b --scenario F --report-only",
        ];
        for line in lines {
            let words = std::iter::once("populace").chain(line.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{line}");
        }
    }
}
