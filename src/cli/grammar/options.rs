//! The groups of options that several commands share: rules, sinks, runs. Must not depend on: any command.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Default, Args)]
pub(in crate::cli) struct RuleArgs {
    /// Scenario file, - for standard input, or a shipped one by name (see `populace scenario presets`)
    #[arg(long, value_name = "F")]
    pub(in crate::cli) scenario: Option<PathBuf>,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    /// Seed of all random numbers
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(in crate::cli) seed: Option<String>,
    /// Preset of a region, or several with commas; with --bounds the name of a region of your own
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) region: Option<String>,
    /// A region of your own, in degrees; needs --timezone
    #[arg(long, value_name = "S,W,N,E", allow_hyphen_values = true, requires = "timezone")]
    pub(in crate::cli) bounds: Option<String>,
    /// Time zone of a region of your own, as in America/Sao_Paulo; needs --bounds
    #[arg(long, value_name = "ZONE", requires = "bounds")]
    pub(in crate::cli) timezone: Option<String>,
    /// Inhabitants over all regions
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(in crate::cli) people: Option<String>,
    /// First instant of the world: RFC 3339, a date, now, or relative such as -90d
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(in crate::cli) start: Option<String>,
    /// Any key of the scenario, as in bank.fraud.rate=0.02; may be repeated
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub(in crate::cli) set: Vec<String>,
}

#[derive(Debug, Default, Args)]
pub(in crate::cli) struct SinkArgs {
    /// Where events go: files, kafka, files+kafka, stdout or null [default: files]
    #[arg(long, value_name = "SINK")]
    pub(in crate::cli) sink: Option<String>,
    /// Folder of the files sink [default: <data-dir>/topics]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Bootstrap brokers, comma-separated; requires --sink kafka [default: localhost:9092]
    #[arg(long, value_name = "H:P,…")]
    pub(in crate::cli) brokers: Option<String>,
    /// A property of Kafka's client, as in security.protocol=SASL_SSL; a secret as env:NAME or file:PATH; may be repeated
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(in crate::cli) kafka_property: Vec<String>,
    /// Simulation threads [default: one per core]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(in crate::cli) threads: Option<String>,
}

#[derive(Debug, Default, Args)]
pub(in crate::cli) struct RunArgs {
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
    #[command(flatten)]
    pub(in crate::cli) sink: SinkArgs,
    /// Send to Kafka even if a topic's retention would delete the records, or its limits would refuse them
    #[arg(long)]
    pub(in crate::cli) allow_expired: bool,
    /// Create or load a world even if it needs more memory than there is
    #[arg(long)]
    pub(in crate::cli) allow_low_memory: bool,
    /// Virtual time at which to stop, exclusive: as --start
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(in crate::cli) end: Option<String>,
    /// realtime, max, catch-up, or a factor such as 60
    #[arg(long, value_name = "SPEED", allow_hyphen_values = true)]
    pub(in crate::cli) speed: Option<String>,
    /// When the wall clock is set while the world follows it: wait, follow or refuse [default: wait]
    #[arg(long, value_name = "ANSWER")]
    pub(in crate::cli) on_clock_step: Option<String>,
    /// Run at the speed that yields this many events per second
    #[arg(long, value_name = "EVENTS_PER_S", allow_hyphen_values = true)]
    pub(in crate::cli) rate: Option<String>,
    /// Stop after exactly this many events of this world
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(in crate::cli) events: Option<String>,
    /// Stop after this wall time, as in 60s, 5m, 2h
    #[arg(long, value_name = "SPAN", allow_hyphen_values = true)]
    pub(in crate::cli) duration: Option<String>,
    /// Address of the page, the API and the metrics, or off [default: 127.0.0.1:7878, off where that is taken]
    #[arg(long, value_name = "ADDR|off")]
    pub(in crate::cli) http: Option<String>,
    /// File with the token of HTTP requests [default: POPULACE_HTTP_TOKEN; required if other machines can reach the address]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) http_token_file: Option<PathBuf>,
    /// Another accepted Host header, as behind a proxy; may be repeated
    #[arg(long, value_name = "HOST")]
    pub(in crate::cli) http_name: Vec<String>,
    /// Another address, for /metrics, /health and /ready only
    #[arg(long, value_name = "ADDR")]
    pub(in crate::cli) metrics: Option<String>,
    /// How to show progress [default: a bar on a terminal for anything bounded, else log lines]
    #[arg(long, value_name = "STYLE")]
    pub(in crate::cli) progress: Option<ProgressArg>,
    /// The summary as one JSON object on stdout
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Adopt the stated rules for an existing world from here on, instead of refusing those that differ
    #[arg(long)]
    pub(in crate::cli) adopt_scenario: bool,
    /// Take no checkpoints: for measuring with the null sink
    #[arg(long, hide = true)]
    pub(in crate::cli) no_checkpoints: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ProgressArg {
    /// A bar
    Bar,
    /// Log lines
    Log,
    /// Nothing
    None,
}
