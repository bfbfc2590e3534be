//! The scenario of a world from what Python gives: a text of TOML, and the few settings that have arguments of their own.
//! Must not depend on: files; texts are passed in.

use crate::fault::Fault;
use crate::shipped::{SHIPPED, ShippedScenario};
use crate::topics;
use populace_sim::{
    Layers, Origin, Problem, Resolved, Scenario, ScenarioError, Stream, VirtualTime, did_you_mean, nearest_names,
};
use std::time::{SystemTime, UNIX_EPOCH};

/// The start of a world for which none is stated, so that equal arguments are equal worlds.
const DEFAULT_START: &str = "2026-01-01";

/// What a scenario's text was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextSource {
    /// A dict, whose lines nobody has seen.
    Dict,
    /// A text or a file of the user's.
    Text,
}

/// The arguments of a world.
#[derive(Debug)]
pub struct Settings<'a> {
    /// The name of the scenario, for messages, and its text.
    pub scenario: Option<(&'a str, &'a str)>,
    /// What the text was made from.
    pub source: TextSource,
    /// The number of people.
    pub people: Option<u32>,
    /// The first instant.
    pub start: Option<&'a str>,
    /// The seed.
    pub seed: Option<u64>,
    /// The topics; those of the scenario if there are none.
    pub topics: Option<&'a [String]>,
}

/// Returns the text of a shipped scenario.
///
/// # Errors
/// If there is none of this name; the error has the nearest names.
pub fn shipped(name: &str) -> Result<&'static str, Fault> {
    ShippedScenario::named(name).map(|shipped| shipped.text).ok_or_else(|| {
        let names = SHIPPED.map(|shipped| shipped.name);
        let near = did_you_mean(&nearest_names(name, names), &format!("there are {}", names.join(", ")));
        Fault::Scenario(format!("no shipped scenario and no file {name:?}: {near}"))
    })
}

impl Settings<'_> {
    /// Returns the checked scenario, with an absolute start.
    ///
    /// # Errors
    /// Every problem at once, each with its help.
    pub fn resolve(&self) -> Result<Scenario, Fault> {
        let mut layers = Layers::new();
        if let Some((name, text)) = self.scenario {
            layers.file(name, text);
        }
        self.lay_flags(&mut layers)?;
        let resolved = self.resolved(layers.clone())?;
        if resolved.stated.contains("world.start") {
            return Ok(resolved.scenario);
        }
        layers.flags(&[("start", "world.start", DEFAULT_START)]);
        Ok(self.resolved(layers)?.scenario)
    }

    fn resolved(&self, layers: Layers) -> Result<Resolved, Fault> {
        populace_wire::resolve(layers, now()).map_err(|error| self.fault(&error))
    }

    /// Adds the settings that have arguments of their own.
    fn lay_flags(&self, layers: &mut Layers) -> Result<(), Fault> {
        let numbers = [("people", self.people.map(u64::from)), ("seed", self.seed)];
        let mut flags: Vec<(&str, String, String)> = Vec::new();
        for (name, value) in numbers {
            flags.extend(value.map(|value| (name, format!("world.{name}"), value.to_string())));
        }
        flags.extend(self.start.map(|start| ("start", "world.start".to_owned(), start.to_owned())));
        if let Some(names) = self.topics {
            let rules = Layers::new().resolve(now()).map_err(|error| self.fault(&error))?;
            let wanted: Vec<Stream> =
                names.iter().map(|name| topics::named(name, &rules.scenario.topics)).collect::<Result<_, _>>()?;
            flags.extend(Stream::ALL.map(|stream| {
                ("topics", format!("topics.{}.enabled", stream.section()), wanted.contains(&stream).to_string())
            }));
        }
        let flags: Vec<(&str, &str, &str)> = flags.iter().map(|(flag, key, value)| (*flag, &**key, &**value)).collect();
        layers.flags(&flags);
        Ok(())
    }

    fn fault(&self, error: &ScenarioError) -> Fault {
        Fault::Scenario(error.0.iter().map(|problem| self.in_words(problem)).collect::<Vec<_>>().join("\n"))
    }

    fn in_words(&self, problem: &Problem) -> String {
        let place = match &problem.place {
            Origin::File { name, .. } if self.source == TextSource::Dict => name.clone(),
            place => place.to_string(),
        };
        let help = problem.help.as_ref().map_or(String::new(), |help| format!("\n  help: {help}"));
        format!("{place}: {}{help}", problem.what)
    }
}

/// Returns the instant from which a relative start of the scenario counts.
fn now() -> VirtualTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    VirtualTime::from_seconds(since as i64)
}
