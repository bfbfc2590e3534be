//! The grammar of the command line. It is a contract: it may grow, what is here keeps its meaning. Numbers and times are
//! taken as texts, so that a wrong one is named by its option and range like any other key.

mod futures;
mod help;
mod kinds;
mod options;
mod reads;

pub(super) use futures::{DriftCommand, DriftStartArgs, ForkArgs};
use help::{FORKS, REALISM_SOURCES, REBUILDING};
pub(super) use options::{ProgressArg, RuleArgs, RunArgs, SinkArgs};
pub(super) use reads::{
    CasesArgs, ExportCommand, ExportTablesArgs, InspectArg, InspectArgs, RealismArgs, SchemaArgs, VerifyArgs,
};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::ops::inject::InjectKind;
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
    /// Write what a stopped world knows of who lives there
    #[command(subcommand)]
    Export(ExportCommand),
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
            "backfill --end now --sink kafka --allow-expired --allow-low-memory",
            "verify --sink kafka --brokers a:1 --kafka-property a=b",
            "inspect user 00000000-0000-4000-8000-000000000000 --json",
            "inspect driver driver_7",
            "inspect user x --at -3d --json",
            "inspect --sample 5 --data-dir D",
            "inject velocity --user x --count 10 --within 5m",
            "inject card-testing",
            "inject mule-ring --victims 12 --region houston --at +2h",
            "inject account-takeover --user x",
            "inject transaction --user x --amount 42.50 --data-dir D --json",
            "fork --data-dir A --to B",
            "fork --to B --set bank.fraud.rate=0.02 --set rides.weather.warmer_by=-2 --drift F --topic-prefix b- --json",
            "export tables --at -3d --tables users,drivers --out D --history --data-dir D",
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
