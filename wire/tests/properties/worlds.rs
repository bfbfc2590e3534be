//! Random scenarios, and the life of a world in memory with its digests. Knows how a world is run; no property.

use populace_sim::{Command, DriftOrder, FraudKind, PersonId, RegionId, Shard, Span, Town, VirtualTime};
use populace_wire::{Batch, Digests, Encoders, Merged, Record, scenario_from_toml};
use proptest::prelude::*;

/// A world and what has left it so far.
pub struct Life {
    pub town: Town,
    pub encoders: Encoders,
    pub shards: Vec<Shard>,
    pub digests: Digests,
    pub now: VirtualTime,
}

/// A record that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub stream: populace_sim::Stream,
    pub time: VirtualTime,
    pub key: String,
    pub sequence: u32,
    pub text: String,
}

impl Life {
    /// The world of a scenario, newborn.
    pub fn born(toml: &str) -> Self {
        let scenario = scenario_from_toml("random", toml).unwrap_or_else(|e| panic!("{e}\n{toml}"));
        let town = Town::build(&scenario).expect("a checked scenario builds");
        let shards = (0..town.shard_count()).map(|s| Shard::newborn(&town, s)).collect();
        let encoders = Encoders::new(&scenario.topics).expect("a checked scenario has known fields");
        Life { now: town.start(), town, encoders, shards, digests: Digests::default() }
    }

    /// Lives to `until` in one window; `see` gets each record in order.
    pub fn run_seeing(&mut self, until: VirtualTime, mut see: impl FnMut(Record<'_>)) {
        let (town, encoders) = (&self.town, &self.encoders);
        let merged = Merged::new(self.shards.iter_mut().map(|s| window((town, encoders), s, until)).collect());
        for record in merged.iter() {
            self.digests.add(&record);
            see(record);
        }
        self.now = until;
    }

    /// Lives to `until` in one window.
    pub fn run(&mut self, until: VirtualTime) {
        self.run_seeing(until, |_| {});
    }

    /// Lives to `until` and keeps the records.
    pub fn records(&mut self, until: VirtualTime) -> Vec<Kept> {
        let mut kept = Vec::new();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("records are UTF-8");
        self.run_seeing(until, |r| {
            kept.push(Kept {
                stream: r.stream,
                time: r.time,
                key: text(r.key),
                sequence: r.entity_sequence,
                text: text(r.value),
            });
        });
        kept
    }

    /// Lets a command act now, in every shard as the daemon does.
    pub fn apply(&mut self, command: &Command) {
        self.shards.iter_mut().for_each(|s| s.apply(&self.town, self.now, command));
    }

    /// Lets an order of drifts act now, as the daemon does.
    pub fn order(&mut self, order: &DriftOrder, number: u64) {
        let next = self.town.scenario().with_order(order, self.now).expect("an order for this world");
        let next = Town::build(&next).expect("a town");
        self.shards.iter_mut().for_each(|shard| shard.adopt(&self.town, &next, self.now, number));
        self.become_town(next);
    }

    /// Goes on in another town with the same shards.
    pub fn become_town(&mut self, town: Town) {
        self.encoders = Encoders::new(&town.scenario().topics).expect("a checked scenario has known fields");
        self.town = town;
    }

    /// The instant a share of `days` after the start.
    pub fn at(&self, days: f64, share: f64) -> VirtualTime {
        self.town.start() + Span::from_seconds_f64(days * share * 86_400.0)
    }

    /// All blocks of all shards.
    pub fn blocks(&self) -> Vec<Vec<Vec<u8>>> {
        self.shards.iter().map(|s| (0..s.block_count()).map(|b| block(s, b)).collect()).collect()
    }

    /// The same world as it is loaded from blocks.
    pub fn loaded(self, blocks: Vec<Vec<Vec<u8>>>) -> Self {
        let load = |(i, b)| Shard::load(&self.town, i, self.now, b).expect("what was saved loads");
        Life { shards: (0..).zip(blocks).map(load).collect(), ..self }
    }
}

/// The bytes of one block.
pub fn block(shard: &Shard, number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    shard.encode_block(number, &mut bytes);
    bytes
}

/// One shard's records to `until`.
pub fn window((town, encoders): (&Town, &Encoders), shard: &mut Shard, until: VirtualTime) -> Batch {
    let mut batch = Batch::default();
    shard.run_until(town, until, &mut encoders.outlet(&mut batch));
    batch
}

const ZONES: [&str; 5] = ["UTC", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "Pacific/Auckland"];
const PRESETS: [&str; 6] = ["houston", "sao-paulo", "new-york", "london", "mumbai", "tokyo"];

fn region() -> impl Strategy<Value = String> {
    let preset = (0..PRESETS.len()).prop_map(|p| format!("preset = \"{}\"", PRESETS[p]));
    let own = (-55.0..60.0, -170.0..170.0, 0.05..2.0f64, 0.1..2.0f64, 0..ZONES.len()).prop_map(|(s, w, h, l, z)| {
        format!("bounds = [{s:.4}, {w:.4}, {:.4}, {:.4}]\ntimezone = \"{}\"\nname = \"own\"", s + h, w + l, ZONES[z])
    });
    prop_oneof![4 => preset, 1 => own]
}

fn regions() -> impl Strategy<Value = String> {
    let one = (region(), 0.5..2.0f64).prop_map(|(region, share)| (region, format!("share = {share:.3}")));
    prop::collection::vec(one, 1..4).prop_map(|mut all| {
        all.sort();
        all.dedup_by(|a, b| a.0 == b.0 || (a.0.contains("own") && b.0.contains("own")));
        all.iter().map(|(region, share)| format!("[[region]]\n{region}\n{share}\n")).collect()
    })
}

/// A rate up to `most`; now and then zero, which switches the habit off.
fn rate(most: f64) -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 5 => 0.0..most]
}

fn bank() -> impl Strategy<Value = String> {
    let habits = (rate(12.0), rate(3.0), rate(3.0), 1u32..300);
    let people = (0.01..60.0, 0.0..1.0, 0.0..1.0, 0.05..20.0);
    let fraud = (rate(0.3), 0.0..1.0, rate(2.0), rate(2.0), 0.1..2.0);
    (habits, people, fraud).prop_map(|((p, w, t, m), (age, cvv, billing, shape), (rate, high, card, take, stolen))| {
        format!(
            "[bank]\npurchases_per_day = {p:.3}\nwithdrawals_per_day = {w:.3}\ntransfers_per_day = {t:.3}\nmerchants = {m}\n\
             account_age_years_limit = {age:.3}\ncvv_missing_probability = {cvv:.3}\n\
             billing_mismatch_probability = {billing:.3}\nrate_shape = {shape:.3}\n[bank.fraud]\nrate = {rate:.4}\n\
             high_value_probability = {high:.3}\ncard_testing = {card:.3}\naccount_takeover = {take:.3}\nstolen_card = {stolen:.3}\n"
        )
    })
}

fn rides_and_shop() -> impl Strategy<Value = String> {
    let rides = (rate(6.0), 0.1..80.0, rate(30.0), rate(10.0), rate(10.0));
    let shop = (1u32..400, 0.1..8.0, 1u32..200, rate(1.0), rate(3.0));
    (rides, shop).prop_map(|((r, km, heavy, incidents, bad), (products, visits, timeout, review, zipf))| {
        format!(
            "[rides]\nrequests_per_day = {r:.3}\npickup_limit_km = {km:.2}\n[rides.traffic]\nheavy_multiplier = {heavy:.2}\n\
             incident_scale = {incidents:.2}\n[rides.weather]\nbad_scale = {bad:.2}\n[shop]\nproducts = {products}\n\
             visits_per_day = {visits:.3}\nsession_timeout_minutes = {timeout}\nreview_probability = {review:.3}\n\
             popularity_exponent = {zipf:.3}\n"
        )
    })
}

/// Rules that can drift to any value between these, with those that are a region's apart.
const DRIFTING: [(&str, f64, f64, bool); 14] = [
    ("bank.online_share", 0.0, 1.0, true),
    ("bank.amount_scale", 0.1, 5.0, true),
    ("bank.mix.groceries", 0.0, 6.0, true),
    ("bank.mix.travel", 0.0, 6.0, true),
    ("rides.requests_per_day", 0.0, 6.0, true),
    ("rides.fare_scale", 0.1, 5.0, true),
    ("shop.visits_per_day", 0.0, 6.0, true),
    ("shop.conversion", 0.0, 5.0, true),
    ("shop.mobile_scale", 0.0, 5.0, true),
    ("bank.fraud.rate", 0.0, 0.3, false),
    ("bank.fraud.mule_ring", 0.0, 2.0, false),
    ("rides.traffic.incident_scale", 0.0, 9.0, false),
    ("rides.weather.bad_scale", 0.0, 9.0, false),
    ("shop.price_scale", 0.1, 5.0, false),
];

/// One drift that happens within the first days.
pub fn drift() -> impl Strategy<Value = String> {
    let what = (0..DRIFTING.len(), 0.0..1.0f64, 0..5usize, 1u32..120);
    let times = (1u32..40, 4u32..60, 0u32..60, 0.05..1.0f64, any::<bool>());
    (what, times).prop_map(|((rule, at, kind, hours), (width, times, rest, share, some))| {
        let (key, least, most, own) = DRIFTING[rule];
        let to = least + (most - least) * at;
        let length = 4 * width * times;
        let way = match kind {
            0 => "kind = \"sudden\"".to_owned(),
            1 if own => format!("kind = \"gradual\"\nwidth = \"{width}h\""),
            2 => format!("kind = \"blip\"\nwidth = \"{width}m\"\nlength = \"{length}m\""),
            3 => {
                let period = (length + 4 * width + rest).max(60);
                let period = period.max(length + 4 * width + 1);
                format!("kind = \"recurring\"\nwidth = \"{width}m\"\nlength = \"{length}m\"\nperiod = \"{period}m\"")
            }
            _ => format!("kind = \"incremental\"\nwidth = \"{width}h\""),
        };
        let limit = if own && some { format!("share = {share:.3}\n") } else { String::new() };
        format!("[[drift]]\nkey = \"{key}\"\nat = \"+{hours}h\"\nto = {to:.4}\n{way}\n{limit}")
    })
}

/// Every other world has drifts.
fn drifts() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), prop::collection::vec(drift(), 1..5).prop_map(|all| all.concat())]
}

/// What switches streams on that are off by default.
pub const SWITCHED: &str = "[topics.completions]\nenabled = true\n[topics.drifts]\nenabled = true\n\
    [topics.users]\nenabled = true\n[topics.drivers]\nenabled = true\n[topics.customers]\nenabled = true\n\
    [topics.merchants]\nenabled = true\n[topics.products]\nenabled = true\n";

/// A scenario that may be anything within reason, small enough to live some days in no time.
pub fn scenario() -> impl Strategy<Value = String> {
    let seconds_2000_to_2040 = 946_684_800i64..2_208_988_800;
    let size = (0i64..i64::MAX, 1u32..400, 1u32..120, seconds_2000_to_2040, 0i64..1_000_000);
    let last = (1u32..=32, 1u32..=64, any::<bool>(), drifts());
    (size, regions(), bank(), rides_and_shop(), last).prop_map(
        |((seed, people, each, seconds, micros), regions, bank, rest, (acts, driver_acts, switched, drifts))| {
            let start = populace_sim::format_time(VirtualTime::from_micros(seconds * 1_000_000 + micros));
            // Every region needs somebody.
            let people = people.max(15);
            let switched = if switched { SWITCHED } else { "" };
            let people = if regions.matches("[[region]]").count() == 1 { people - 14 } else { people };
            format!(
                "[world]\nseed = {seed}\npeople = {people}\npeople_per_driver = {each}\nstart = \"{start}\"\n{regions}{bank}{rest}\
                 [history]\nperson_acts = {acts}\ndriver_acts = {driver_acts}\n{switched}{drifts}"
            )
        },
    )
}

/// The same, and now and then with reports of fraud, which come so soon that some do.
pub fn with_labels() -> impl Strategy<Value = String> {
    let labels = "[labels]\ncomplaint_days = 0.5\nreversal_days = 0.5\nwrong = 0.3\n[topics.labels]\nenabled = true\n";
    (scenario(), any::<bool>()).prop_map(move |(toml, on)| if on { toml + labels } else { toml })
}

/// A command against anybody; [`aimed`] makes it somebody who is there.
pub fn command() -> impl Strategy<Value = Command> {
    let inject = (1u64..5, 0..FraudKind::ALL.len(), 0u32..400, 1u32..40, 1u32..20_000).prop_map(
        |(number, kind, person, count, within_seconds)| {
            let (kind, person) = (FraudKind::ALL[kind], PersonId(person));
            Command::Inject { number, kind, person, count, within_seconds, start: None }
        },
    );
    let transaction = (5u64..9, 0u32..400, 1..=Command::MOST_MINOR).prop_map(|(number, person, minor)| {
        Command::Transaction { number, person: PersonId(person), minor, start: None }
    });
    let campaign = (9u64..13, 0..FraudKind::ALL.len(), 0u32..40).prop_map(|(number, kind, victims)| {
        let kind = FraudKind::ALL[kind];
        Command::Campaign { number, kind, region: RegionId(0), victims, start: None }
    });
    prop_oneof![2 => inject, 1 => transaction, 1 => campaign]
}

/// The command against somebody of this town.
pub fn aimed(town: &Town, mut command: Command) -> Command {
    if let Command::Inject { person, .. } | Command::Transaction { person, .. } = &mut command {
        person.0 %= town.scenario().world.people;
    }
    command
}

/// The command, to begin `later` than it would.
pub fn postponed(mut command: Command, at: VirtualTime, later: Span) -> Command {
    let (Command::Inject { start, .. } | Command::Campaign { start, .. } | Command::Transaction { start, .. }) =
        &mut command;
    *start = (later > Span::from_micros(0)).then_some(at + later);
    command
}
