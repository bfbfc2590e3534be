//! The records of a small world that has all streams.

use crate::Table;
use populace_sim::{Event, Scenario, Span, Stream, VirtualTime, World};
use populace_wire::{Encoders, JsonCache, RecordBuffer, TimeReader, scenario_from_toml};
use serde_json::Value;

const RULES: &str = "[world]\npeople = 200\nseed = 5\nstart = \"2026-01-01\"\n[bank.fraud]\nrate = 0.05\n\
    [labels]\nwrong = 0.05\ncomplaint_days = 0.5\n[shop]\nbot_share = 0.2\n\
    [topics.labels]\nenabled = true\n[topics.completions]\nenabled = true\n\
    [topics.drifts]\nenabled = true\n[[drift]]\nkey = \"bank.amount_scale\"\nkind = \"gradual\"\nat = \"+2d\"\n\
    width = \"1d\"\nfactor = 2.0\n[[drift]]\n\
    key = \"shop.conversion\"\nkind = \"sudden\"\nat = \"+1d\"\nfactor = 1.3\n";

/// The records of a stream, and the same ones in JSON.
pub struct Records {
    pub stream: Stream,
    pub encoders: Encoders,
    pub values: Vec<Vec<u8>>,
    pub json: Vec<Value>,
    topic: String,
    time: Option<TimeReader>,
}

impl Records {
    pub fn table(&self) -> Table<'_> {
        Table {
            stream: self.stream,
            topic: &self.topic,
            namespace: "populace",
            columns: self.encoders.columns(self.stream),
            record_format: self.encoders.format(self.stream),
            world: 7,
            seed: 5,
            rules: 3,
            file: "2026-01-01",
        }
    }

    /// The instants of the first and the last record.
    pub fn instants(&self) -> [VirtualTime; 2] {
        let reader = self.time.as_ref().expect("records hold their instant");
        let at = |value: Option<&Vec<u8>>| reader.time_of(value.expect("there are records")).expect("an instant");
        [at(self.values.first()), at(self.values.last())]
    }
}

fn events() -> Vec<Event> {
    let mut scenario = Scenario::from_toml("test", RULES).expect("valid");
    Stream::ALL.into_iter().for_each(|stream| scenario.topics.of_mut(stream).enabled = true);
    let mut world = World::new(&scenario).expect("a world");
    let (until, mut events) = (world.now() + Span::from_days(6), Vec::new());
    world.run_until(until, |event| events.push(event));
    events
}

fn encoders(text: &str) -> Encoders {
    Encoders::new(&scenario_from_toml("test", text).expect("valid").topics).expect("known fields")
}

fn records(stream: Stream, encoders: Encoders, json: &Encoders, events: &[Event]) -> Records {
    let write = |encoders: &Encoders, event: &Event| {
        let mut out = RecordBuffer::default();
        let len = encoders.write(event, &mut JsonCache::default(), &mut out).value_len as usize;
        out.bytes()[..len].to_vec()
    };
    let own = || events.iter().filter(|event| event.stream() == stream);
    let json = own().map(|event| serde_json::from_slice(&write(json, event)).expect("JSON")).collect();
    let topic = populace_wire::contract_name(stream).to_owned();
    let (values, time) = (own().map(|event| write(&encoders, event)).collect(), encoders.time_reader(stream));
    Records { stream, values, json, encoders, topic, time }
}

/// Extras of every type, one of them under another name, and constants.
fn choice(stream: Stream) -> &'static str {
    match stream {
        Stream::Transactions => {
            "'*', 'card_id', 'channel', 'fraud_pattern', 'campaign_id', 'concept', 'merchant as shop', \
             'timestamp_naive', 'account_id', \"source = 'a, b'\", \"none = ''\", 'half = 0.5', 'n = -3', 'sure = true'"
        }
        Stream::Trips => "'*', 'rider_id', 'completed_at', 'concept', 'entity_sequence'",
        Stream::Interactions => "'*', 'is_bot', 'cart_id', 'order_id', 'timestamp as at'",
        _ => "'*', 'entity_sequence'",
    }
}

/// Returns the records of all streams, in a format.
pub fn rows(format: &str) -> Vec<Records> {
    let text = |format: &str| {
        let section =
            |s: Stream| format!("[topics.{}]\nformat = \"{format}\"\nfields = [{}]\n", s.section(), choice(s));
        Stream::ALL.map(section).concat()
    };
    let (events, own, json) = (events(), encoders(&text(format)), encoders(&text("json")));
    let all = Stream::ALL.map(|stream| records(stream, own.clone(), &json, &events));
    assert!(all.iter().all(|records| records.values.len() > 2), "{:?}", all.each_ref().map(|all| all.values.len()));
    all.into_iter().collect()
}

/// Returns transactions with these fields.
pub fn chosen(fields: &str) -> Records {
    let encoders = encoders(&format!("[topics.transactions]\nfields = [{fields}]"));
    records(Stream::Transactions, encoders.clone(), &encoders, &events())
}
