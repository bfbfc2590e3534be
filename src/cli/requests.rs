//! What the commands besides `run` and `backfill` are asked for, as plain values: the commands know no command line.

use std::path::PathBuf;

use clap::ValueEnum;
use populace_sim::{FraudKind, Scenario, Span, Stated, Stream, VirtualTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::{KafkaPlan, SinkChoice};

/// `populace inspect`.
#[derive(Clone, Debug, PartialEq)]
pub struct InspectRequest {
    /// Directory of the world, running or not.
    pub data_dir: PathBuf,
    /// Whom to show.
    pub target: InspectTarget,
    /// One JSON object (a line each for a sample) instead of readable text.
    pub json: bool,
}

/// Whom `inspect` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InspectTarget {
    /// A person by UUID, seen in one of their roles.
    Person {
        /// The UUID as it was typed.
        id: String,
        /// The role that was asked for.
        role: PersonRole,
    },
    /// A driver, `driver_N`.
    Driver {
        /// The identifier as it was typed.
        id: String,
    },
    /// A campaign of fraud, as it was planned.
    Campaign {
        /// The UUID as it was typed.
        id: String,
    },
    /// So many people of the world, 1 to 10,000.
    People(u32),
    /// So many drivers, 1 to 10,000.
    Drivers(u32),
}

/// The role in which a person is shown. Both are the same person with the same UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonRole {
    /// Of the bank.
    User,
    /// Of the shop.
    Customer,
}

/// `populace cases`.
#[derive(Clone, Debug, PartialEq)]
pub struct CasesRequest {
    /// Directory of the world, running or not.
    pub data_dir: PathBuf,
    /// The campaigns that start from here on.
    pub from: VirtualTime,
    /// And before here.
    pub to: VirtualTime,
    /// One JSON object a line instead of a table.
    pub json: bool,
}

/// `populace inject`.
#[derive(Clone, Debug, PartialEq)]
pub struct InjectRequest {
    /// Directory of the world, running or not.
    pub data_dir: PathBuf,
    /// What is to happen.
    pub injection: Injection,
    /// When it begins.
    pub when: When,
    /// Answer with one JSON object.
    pub json: bool,
}

/// `populace fork`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForkRequest {
    /// Directory of the world that is forked, running or not.
    pub data_dir: PathBuf,
    /// Data directory of the new world: absent or empty.
    pub to: PathBuf,
    /// How the new world differs.
    pub order: ForkOrder,
    /// Answer with one JSON object.
    pub json: bool,
}

/// How a fork differs from the world that it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForkOrder {
    /// Rules as `key=value`, in order.
    #[serde(default)]
    pub set: Vec<String>,
    /// Drifts that begin at the fork's instant or later.
    #[serde(default)]
    pub drifts: Option<DriftFile>,
    /// What stands before the names of the new world's topics; never empty.
    #[serde(default)]
    pub topic_prefix: Option<String>,
}

/// A file with `[[drift]]` blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftFile {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What is injected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Injection {
    /// Fraud against one person.
    Episode {
        /// Of which kind.
        kind: FraudKind,
        /// The UUID of the person, as it was typed; none for anybody.
        user: Option<String>,
        /// How many transactions or attempts, 1 to 10,000.
        count: Option<u32>,
        /// The span of virtual time in which they happen.
        within: Option<Span>,
    },
    /// A whole campaign, which finds its victims itself.
    Campaign {
        /// Of which kind.
        kind: FraudKind,
        /// The region's name, as it was typed; none for the first one.
        region: Option<String>,
        /// How many victims, 1 to 10,000; none for as many as usual.
        victims: Option<u32>,
    },
    /// One genuine purchase.
    Transaction {
        /// The UUID of who buys, as it was typed.
        user: String,
        /// For how much.
        amount: Amount,
    },
}

/// When something that is injected begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// As soon as the command takes effect.
    #[default]
    AtOnce,
    /// So much later than the world's clock shows.
    After(Span),
    /// At an instant.
    At(VirtualTime),
}

/// An amount above 0 as it was typed: `digits` / 10^`decimals`. Whose it is decides the currency, and with it how many
/// decimals there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// All digits as one number, 1 to 10¹¹.
    pub digits: u64,
    /// How many of them are decimals, 0 to 2.
    pub decimals: u32,
}

impl Amount {
    /// The amount that is written so: digits with at most two decimals, above 0 and at most 10,000,000, or without
    /// decimals 1,000,000,000. No currency here has more decimals.
    pub fn parse(text: &str) -> Option<Amount> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let well_formed = number(whole) && part.len() <= 2 && (number(part) || !text.contains('.'));
        let digits = format!("{whole}{part}").parse().ok().filter(|digits| (1..=100_000_000_000).contains(digits))?;
        well_formed.then_some(Amount { digits, decimals: part.len() as u32 })
    }
}

/// `populace drift`.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftRequest {
    /// Directory of the world, running or not.
    pub data_dir: PathBuf,
    /// What is asked.
    pub ask: DriftAsk,
    /// Answer with one JSON object.
    pub json: bool,
}

/// What is asked of a world's drifts.
#[derive(Clone, Debug, PartialEq)]
pub enum DriftAsk {
    /// Which there are.
    List,
    /// Some are to start.
    Start(DriftStart),
    /// Those of these names are to end.
    Stop(Vec<String>),
}

/// Drifts that are to start; where the world has one of a name, the new one takes its place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DriftStart {
    /// The name of a scenario that is shipped, all of whose drifts start; `drift-` may be left out.
    #[serde(default)]
    pub scenario: Option<String>,
    /// Blocks as of a scenario's `[[drift]]`. Instants that are relative count from when the command takes effect; one
    /// without `at` begins then.
    #[serde(default)]
    pub drifts: Vec<Map<String, Value>>,
    /// When the first of them begins, and the others as much later as they say. Left out, those of a scenario that is
    /// shipped begin at once, and others as they say.
    #[serde(default)]
    pub when: Option<When>,
}

/// What can be injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InjectKind {
    /// Many transactions of one account in a short time.
    Velocity,
    /// Small sums on stolen cards at one merchant, then a cash-out.
    CardTesting,
    /// Somebody else gets into an account and empties it.
    AccountTakeover,
    /// A stolen card is spent until it is blocked.
    StolenCard,
    /// A card that was copied at a merchant is used elsewhere.
    SkimmedMerchant,
    /// Money comes in and goes on in parts, from devices that a ring shares.
    MuleRing,
    /// An account spends all its credit at once.
    BustOut,
    /// The customer buys and disputes it later.
    FriendlyFraud,
    /// The customer is talked into transfers to a stranger.
    PushPayment,
    /// One genuine purchase by this person, now, of the amount given.
    Transaction,
}

impl InjectKind {
    /// The fraud that it is; none for a genuine transaction.
    pub fn fraud(self) -> Option<FraudKind> {
        self.to_possible_value().and_then(|value| FraudKind::parse(value.get_name()))
    }

    /// Whether, done to one person, that person must be named.
    pub fn needs_user(self) -> bool {
        !matches!(self, InjectKind::CardTesting)
    }

    /// Whether a campaign of this kind has many victims.
    pub fn has_many_victims(self) -> bool {
        matches!(self, InjectKind::CardTesting | InjectKind::SkimmedMerchant | InjectKind::MuleRing)
    }
}

/// `populace schema`.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaRequest {
    /// The rules whose topics are described.
    pub scenario: Scenario,
    /// The topic.
    pub topic: Stream,
    /// The language of the schema.
    pub format: SchemaFormat,
}

/// The language of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaFormat {
    /// JSON Schema.
    JsonSchema,
    /// Avro.
    Avro,
}

/// `populace verify`.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyRequest {
    /// Directory of the world, which must not be running.
    pub data_dir: PathBuf,
    /// The sink to check; `None` is the one that the world is attached to.
    pub sink: Option<SinkChoice>,
    /// How to use Kafka, where the sink is one.
    pub kafka: KafkaPlan,
    /// What was stated; what was left out is as the world had it last.
    pub stated: Stated,
    /// Threads for the replay, ≥ 1.
    pub threads: usize,
    /// What is asked for.
    pub task: VerifyTask,
    /// Wall now.
    pub now: VirtualTime,
    /// Answer with one JSON object.
    pub json: bool,
}

/// What `populace verify` is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyTask {
    /// Check, and write nothing.
    Check,
    /// Write a progress record that is gone anew, where the topics hold what the world made.
    RebuildProgress,
}

/// `populace realism`.
#[derive(Clone, Debug, PartialEq)]
pub struct RealismRequest {
    /// What to look at.
    pub source: RealismSource,
    /// Answer with one JSON object.
    pub json: bool,
    /// Where to write the page, if anywhere.
    pub html: Option<PathBuf>,
    /// Whether a check that fails is a failure of the command.
    pub strictness: Strictness,
}

/// Where `realism` takes its records from.
#[derive(Clone, Debug, PartialEq)]
pub enum RealismSource {
    /// Topic files.
    Files {
        /// Names the topics and the regions.
        scenario: Box<Scenario>,
        /// Where the folders of the topics lie.
        folder: PathBuf,
    },
    /// Topics of a cluster.
    Kafka {
        /// Names the topics and the regions.
        scenario: Box<Scenario>,
        /// How to reach the cluster, and what the names of its topics begin with.
        plan: Box<KafkaPlan>,
    },
    /// A world that is lived in memory.
    Lived {
        /// Its rules.
        scenario: Box<Scenario>,
        /// For how many days, 1 to 3,660.
        days: u32,
        /// Threads that simulate, ≥ 1.
        threads: usize,
    },
}

/// What a check outside its band means for the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// It fails.
    Fail,
    /// Nothing.
    ReportOnly,
}
