//! The configuration: from flags, environment variables and scenario files, all texts, to a checked plan. Reads
//! scenario files; environment variables are parameters. Must not depend on: the command line parser, the run.

mod check;
mod environment;
mod error_collector;
mod files;
mod http;
mod kafka;
mod options;
mod plan;
mod raw;
mod reconcile;
mod seam;
mod settings;
mod shipped;
mod texts;

pub use crate::pace::Pace;
pub use files::{FileCompression, FileFormat, FileLayout, FilePartition, FileRetention, FileShape, FilesPlan};
pub use http::{HttpPlan, Listen};
pub use kafka::{
    Compression, Delivery, Expired, Headers, KafkaPlan, Registration, RegistryLogin, RegistryPlan, SchemaIdPlace,
    Secret, SubjectNaming,
};
pub use options::{
    Adoption, Checkpointing, HttpOptions, KafkaOptions, LowMemory, ProgressStyle, RuleOptions, RunMode, RunOptions,
    Surroundings,
};
#[cfg(test)]
pub(crate) use plan::SINK_KINDS;
pub use plan::{RunPlan, SinkChoice, StatedTime};
pub use reconcile::Reconciled;
pub use seam::SeamChoice;
pub use settings::{FileSettings, KafkaSettings, RegistrySettings, RunSettings, Settings, SinkSettings};
pub use shipped::{SHIPPED, ShippedScenario};

pub(crate) use check::check_file;
pub(crate) use kafka::{collide, plan as kafka_plan};
pub(crate) use plan::{FILES_AND_KAFKA, sink_of, threads};
pub(crate) use raw::{DATA_DIR, data_dir, resolve, scenario_text};
pub(crate) use texts::{Unread, name_of, text_of};
