//! The options of commands that read a world or its topics: inspect, cases, schema, verify, realism. Must not depend on: the
//! meaning of the options.

use super::options::{RuleArgs, SinkArgs};
use clap::{Args, Subcommand, ValueEnum};
use populace_lake::{Compression, FileFormat};
use populace_wire::TopicFormat;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct InspectArgs {
    /// What the ID is of
    #[arg(value_enum, required_unless_present = "sample")]
    pub(in crate::cli) what: Option<InspectArg>,
    /// The UUID of a user, customer or campaign, or driver_N
    #[arg(required_unless_present = "sample", conflicts_with = "sample", allow_hyphen_values = true)]
    pub(in crate::cli) id: Option<String>,
    /// Show this many instead of one
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(in crate::cli) sample: Option<String>,
    /// As it was at this instant: a time, or one before the world's present such as -3d
    #[arg(long, value_name = "TIME", conflicts_with = "sample", allow_hyphen_values = true)]
    pub(in crate::cli) at: Option<String>,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    /// As JSON, one object per line
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum InspectArg {
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
pub(in crate::cli) struct CasesArgs {
    /// Campaigns that start from here on: an instant or a date
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(in crate::cli) from: String,
    /// Campaigns that start before here
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(in crate::cli) to: String,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    /// As JSON, one object per line
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ExportCommand {
    /// Write the tables as they were at an instant, as files of rows with valid_from and valid_to
    Tables(ExportTablesArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportTablesArgs {
    /// The instant: a time, or one before the world's present such as -3d [default: the present]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(in crate::cli) at: Option<String>,
    /// Of users, drivers, customers, merchants, products, with commas between [default: all]
    #[arg(long, value_name = "LIST")]
    pub(in crate::cli) tables: Option<String>,
    /// All rows from the start of the world on, not only those that hold at the instant
    #[arg(long)]
    pub(in crate::cli) history: bool,
    /// The format of the rows
    #[arg(long, value_enum, default_value_t = RowFormatArg::Jsonl)]
    pub(in crate::cli) format: RowFormatArg,
    /// The compression of the rows [default: none for jsonl and csv, zstd for parquet and avro]
    #[arg(long, value_enum)]
    pub(in crate::cli) compression: Option<CompressionArg>,
    /// Write a file for each table into this folder [default: one table to standard output]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
}

/// A format of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RowFormatArg {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Avro object container files.
    Avro,
}

impl From<RowFormatArg> for FileFormat {
    fn from(format: RowFormatArg) -> Self {
        match format {
            RowFormatArg::Jsonl => FileFormat::Jsonl,
            RowFormatArg::Csv => FileFormat::Csv,
            RowFormatArg::Parquet => FileFormat::Parquet,
            RowFormatArg::Avro => FileFormat::Avro,
        }
    }
}

/// A compression of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CompressionArg {
    /// None.
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl From<CompressionArg> for Compression {
    fn from(compression: CompressionArg) -> Self {
        match compression {
            CompressionArg::None => Compression::None,
            CompressionArg::Gzip => Compression::Gzip,
            CompressionArg::Zstd => Compression::Zstd,
        }
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SchemaArgs {
    /// transactions, trips, interactions, labels, completions, drifts or a table (users, drivers, customers, merchants,
    /// products), or the name of the topic
    #[arg(value_name = "TOPIC")]
    pub(in crate::cli) topic: String,
    /// The language of the schema [default: that of the topic's format]
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<FormatArg>,
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
}

/// A schema language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FormatArg {
    /// JSON Schema.
    JsonSchema,
    /// Avro.
    Avro,
    /// Protobuf.
    Protobuf,
}

impl From<FormatArg> for TopicFormat {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::JsonSchema => TopicFormat::JsonSchema,
            FormatArg::Avro => TopicFormat::Avro,
            FormatArg::Protobuf => TopicFormat::Protobuf,
        }
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyArgs {
    /// Directory of the world [default: POPULACE_DATA_DIR, else data]
    #[arg(long, value_name = "D")]
    pub(in crate::cli) data_dir: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) sink: SinkArgs,
    /// Where the record of a world's progress in Kafka is gone: write it anew, if the topics hold what the world made
    #[arg(long)]
    pub(in crate::cli) rebuild_progress: bool,
    /// Answer as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RealismArgs {
    #[command(flatten)]
    pub(in crate::cli) rules: RuleArgs,
    #[command(flatten)]
    pub(in crate::cli) sink: SinkArgs,
    /// Simulate this many days, 1 to 3,660 [default: 365]
    #[arg(long, value_name = "N", allow_hyphen_values = true, conflicts_with_all = ["out", "data_dir", "sink"])]
    pub(in crate::cli) days: Option<String>,
    /// The report as one JSON object
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// The report with charts as one HTML page, too
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) html: Option<PathBuf>,
    /// Exit code 0 also when checks fail
    #[arg(long)]
    pub(in crate::cli) report_only: bool,
}
