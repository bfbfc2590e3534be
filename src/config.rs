//! From what was said (flags, environment, scenario file: all texts) to what was meant: a checked plan. Reads scenario
//! files and the table of environment variables that it is given; starts nothing and knows no command line parser.

mod environment;
mod faults;
mod http;
mod kafka;
mod plan;
mod raw;
mod reconcile;
mod settings;
mod shipped;
mod texts;

pub use crate::pace::Pace;
pub use http::{HttpOptions, HttpPlan, Listen};
pub use kafka::{Compression, Delivery, Expired, Headers, KafkaPlan, Secret};
pub use plan::{Adoption, Checkpointing, ProgressStyle, RunMode, RunPlan, SinkChoice, StatedTime};
pub use raw::{KafkaOptions, RuleOptions, RunOptions, Surroundings};
pub use reconcile::Reconciled;
pub use settings::{FileSettings, KafkaSettings, RunSettings, Settings, SinkSettings};
pub use shipped::{SHIPPED, ShippedScenario};

pub(crate) use kafka::{collide, plan as kafka_plan};
pub(crate) use plan::{sink_of, threads};
pub(crate) use raw::{DATA_DIR, check_file, data_dir, resolve, scenario_text};
pub(crate) use texts::{Unread, name_of, text_of};
