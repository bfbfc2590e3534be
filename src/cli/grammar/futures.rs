//! The grammar of what changes a world's future: forks of it, and drifts that start and stop. Knows options alone.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct ForkArgs {
    /// Directory of the world that is forked [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "A")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    /// Directory of the new world: a new or an empty one
    #[arg(long, value_name = "B")]
    pub(in crate::cli) to: PathBuf,
    /// A rule of the new world, as in bank.fraud.rate=0.02; may be repeated
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub(in crate::cli) set: Vec<String>,
    /// File with [[drift]] blocks for the new world, - for standard input, or a shipped scenario of drifts by name
    #[arg(long, value_name = "FILE|NAME")]
    pub(in crate::cli) drift: Option<PathBuf>,
    /// What the names of the new world's topics, and of their folders, begin with
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    pub(in crate::cli) topic_prefix: Option<String>,
    /// Answer as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DriftCommand {
    /// List the drifts of a world: rule, time, values and state
    List(DriftListArgs),
    /// Start drifts, or replace one of the same name: NAME, FILE, or one by --key
    Start(Box<DriftStartArgs>),
    /// Stop drifts at once: their rules return to the base values
    Stop(DriftStopArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DriftListArgs {
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    /// As one JSON object
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DriftStopArgs {
    /// Their names, as `populace drift list` shows them
    #[arg(value_name = "ID", required = true)]
    pub(in crate::cli) ids: Vec<String>,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    /// Answer as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Default, Args)]
pub(in crate::cli) struct DriftStartArgs {
    /// A drift that is shipped, such as lockdown (`populace scenario presets` lists them), or a file of [[drift]] blocks
    /// (- for standard input)
    #[arg(value_name = "NAME|FILE", required_unless_present = "key", conflicts_with_all = BY_KEY)]
    pub(in crate::cli) what: Option<PathBuf>,
    /// The rule that changes, as in bank.fraud.rate
    #[arg(long, value_name = "K")]
    pub(in crate::cli) key: Option<String>,
    /// Its new value
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(in crate::cli) to: Option<String>,
    /// What its value is multiplied by instead
    #[arg(long, value_name = "F", allow_hyphen_values = true)]
    pub(in crate::cli) by: Option<String>,
    /// sudden, gradual, incremental, recurring or blip [default: sudden]
    #[arg(long, value_name = "KIND")]
    pub(in crate::cli) kind: Option<String>,
    /// The central span of the transition, as in 10d
    #[arg(long, value_name = "SPAN")]
    pub(in crate::cli) width: Option<String>,
    /// How long a blip or a visit lasts
    #[arg(long, value_name = "SPAN")]
    pub(in crate::cli) length: Option<String>,
    /// From one visit to the next
    #[arg(long, value_name = "SPAN")]
    pub(in crate::cli) period: Option<String>,
    /// Share of the people whom it concerns
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub(in crate::cli) share: Option<String>,
    /// The region that it is limited to
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) region: Option<String>,
    /// The type of life that it is limited to
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) persona: Option<String>,
    /// What it is called; one of the same name ends where it begins [default: drift-N]
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) id: Option<String>,
    /// When it begins, or the first of several, in the world's time, as in +2h or 2026-03-01T09:00:00Z [default: at once, or
    /// what the blocks of a FILE say]
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(in crate::cli) at: Option<String>,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    /// Answer as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// What makes one drift.
const BY_KEY: [&str; 11] = ["key", "to", "by", "kind", "width", "length", "period", "share", "region", "persona", "id"];
