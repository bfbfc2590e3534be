//! The check of each `[[drift]]` of a scenario: a rule that can drift, a kind, an instant, a value in its range, a scope
//! that fits the rule, and the keys that the kind needs.
//! Must not depend on: the effects of a rule.

use std::collections::BTreeSet;

use super::rule::Rule;
use super::table::MOST_DRIFTS;
use crate::base::{DriftKind, Persona};
use crate::scenario::{
    Origin, Placed, Problem, Scenario, Values, bounds_of, did_you_mean, invalid_instant, invalid_name, nearest_names,
    parse_span, range_in_words, unknown_name,
};

/// A drift recurs at most once an hour.
const LEAST_PERIOD_SECONDS: f64 = 3_600.0;

/// Checks every `[[drift]]`.
pub(crate) fn blocks(values: &Values, problems: &mut Vec<Problem>) {
    let regions = values.region_names();
    // The names of drifts without an end; a drift that was ended may be followed by one of the same name.
    let mut names = BTreeSet::new();
    let indices = values.indices("drift");
    for (place, index) in indices.iter().enumerate() {
        let one = One { values, regions: &regions, index: *index };
        let faults = one.faults();
        let sound = faults.is_empty();
        problems.extend(faults);
        if sound && names.contains(&one.name(place)) {
            let what = format!("two drifts are called {:?}", one.name(place));
            problems.push(one.problem("id", what, "give each an id of its own, or the earlier one an `until`"));
        } else if sound && one.get("until").is_none() {
            names.insert(one.name(place));
        }
        if place == MOST_DRIFTS {
            let what = format!("there are {} drifts", indices.len());
            problems.push(one.problem("key", what, "a world has at most 64"));
        }
    }
}

struct One<'a> {
    values: &'a Values,
    regions: &'a [&'a str],
    index: usize,
}

impl One<'_> {
    fn path(&self, key: &str) -> String {
        format!("drift[{}].{key}", self.index)
    }

    fn get(&self, key: &str) -> Option<&Placed> {
        self.values.get(&self.path(key))
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.get(key).map(Placed::number)
    }

    /// Returns the seconds of a valid length of time.
    fn seconds(&self, key: &str) -> Option<f64> {
        self.get(key).and_then(|placed| parse_span(placed.text()).ok()).map(|span| span.as_seconds_f64())
    }

    fn name(&self, place: usize) -> String {
        self.get("id").map_or_else(|| format!("drift-{}", place + 1), |placed| placed.text().to_owned())
    }

    fn kind(&self) -> Option<DriftKind> {
        let name = self.get("kind")?.text();
        DriftKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn rule(&self) -> Option<Rule> {
        Rule::of_key(self.get("key")?.text())
    }

    /// Returns a fault of `key`, at its place or, when it is left out, at that of the block.
    fn problem(&self, key: &str, what: String, help: &str) -> Problem {
        let first = || self.values.table("drift", self.index).next().map(|(_, placed)| placed);
        let place = self.get(key).or_else(first).map_or(&Origin::Value, |placed| placed.origin());
        Problem::new(&self.path(key), place, format!("`drift[{}]`: {what}", self.index)).help(help)
    }

    fn faults(&self) -> Vec<Problem> {
        let named = |key: &str, what: &str, names: &[&str]| {
            self.get(key).and_then(|placed| unknown_name(&self.path(key), placed, what, names))
        };
        let simple = [
            self.get("id").and_then(|placed| invalid_name(&self.path("id"), placed, 64)),
            self.bad_key(),
            named("kind", "kind of drift", &DriftKind::NAMES),
            self.get("at").and_then(|placed| invalid_instant(&self.path("at"), placed)),
            self.get("until").and_then(|placed| invalid_instant(&self.path("until"), placed)),
            named("region", "region", self.regions),
            named("persona", "persona", &Persona::NAMES),
        ];
        let mut found = self.missing();
        found.extend(simple.into_iter().flatten());
        found.extend(["width", "period", "length"].into_iter().filter_map(|key| self.bad_span(key)));
        if found.is_empty() {
            found.extend([self.bad_value(), self.bad_filter(), self.bad_course()].into_iter().flatten());
        }
        found
    }

    fn missing(&self) -> Vec<Problem> {
        let needs = |key: &&str| self.get(key).is_none();
        let help = "give it a key, a kind, an instant and a value, as in key = \"bank.fraud.rate\", kind = \"sudden\", \
                    at = \"+30d\", to = 0.02";
        let mut found: Vec<Problem> = ["key", "kind", "at"]
            .iter()
            .filter(|key| needs(key))
            .map(|key| self.problem(key, format!("it has no `{key}`"), help))
            .collect();
        match (self.get("to").is_some(), self.get("factor").is_some()) {
            (false, false) => found.push(self.problem("to", "it has neither `to` nor `factor`".to_owned(), help)),
            (true, true) => {
                let what = "it has both `to` and `factor`".to_owned();
                found.push(self.problem("factor", what, "leave one of them out"));
            }
            _ => {}
        }
        found
    }

    /// Returns the fault of an unknown key, or of one that cannot drift, with the nearest that can.
    fn bad_key(&self) -> Option<Problem> {
        let (placed, can) = (self.get("key")?, Rule::all().map(Rule::key).collect::<Vec<_>>());
        let key = placed.text();
        if can.iter().any(|one| one == key) {
            return None;
        }
        let near = nearest_names(key, can.iter().map(String::as_str));
        let help = did_you_mean(&near, &format!("keys that can drift: {}", can.join(", ")));
        let why = match self.values.tree().kind(key) {
            None => format!("there is no key {key:?}"),
            Some(_) if self.values.get(key).is_none() => format!("`{key}` cannot drift"),
            Some(_) if ["run.", "sink.", "files.", "kafka."].iter().any(|section| key.starts_with(section)) => {
                format!("`{key}` cannot drift: it is a setting and not a rule of the world")
            }
            Some(_) if !Scenario::is_adoptable(key) => {
                format!("`{key}` cannot drift: it is fixed when the world is created")
            }
            Some(_) => format!("`{key}` cannot drift"),
        };
        Some(self.problem("key", why, &help))
    }

    fn bad_span(&self, key: &str) -> Option<Problem> {
        let error = parse_span(self.get(key)?.text()).err()?;
        Some(self.problem(key, format!("`{key}`: {error}"), "write a length such as 12h, 30d or 2w"))
    }

    /// Returns the fault of a new value outside the range of the rule.
    fn bad_value(&self) -> Option<Problem> {
        let rule = self.rule()?;
        let (key, base) = (rule.key(), self.values.number(&rule.key()));
        let fixed = base == 0.0 || (rule == Rule::OnlineShare && base == 1.0);
        if rule.is_scaled() && fixed {
            let what = format!("`{key}` is {base} in this scenario, so a drift cannot scale it");
            return Some(self.problem("key", what, "give the rule a small value to start from"));
        }
        let (stated, value) = match (self.number("to"), self.number("factor")) {
            (Some(to), _) => ("to", to),
            (None, factor) => ("factor", base * factor.unwrap_or(1.0)),
        };
        let (least, most) = bounds_of(&key)?;
        let fits = (least..=most).contains(&value);
        (!fits).then(|| {
            let what = format!("`{stated}` makes `{key}` {value}, but it must be {}", range_in_words(&key));
            self.problem(stated, what, "choose a value in that range")
        })
    }

    /// Returns the fault of a filter by people on a rule that has one value for a region.
    fn bad_filter(&self) -> Option<Problem> {
        let rule = self.rule().filter(|rule| rule.is_common())?;
        let share = self.number("share").is_some_and(|share| share < 1.0).then_some("share");
        if let Some(filter) = share.or(self.get("persona").map(|_| "persona")) {
            let what = format!("`{}` is common to all of a region, so `{filter}` is not allowed", rule.key());
            return Some(self.problem(filter, what, "limit it by region, or leave the limit out"));
        }
        (self.kind() == Some(DriftKind::Gradual)).then(|| {
            let what = format!("`{}` is common to all of a region: it cannot change person by person", rule.key());
            self.problem("kind", what, "write kind = \"incremental\"")
        })
    }

    /// Returns the fault of a missing or surplus key of the kind, or of transitions that overlap.
    fn bad_course(&self) -> Option<Problem> {
        let kind = self.kind()?;
        let needs: &[&str] = match kind {
            DriftKind::Sudden => &[],
            DriftKind::Gradual | DriftKind::Incremental => &["width"],
            DriftKind::Recurring => &["period", "length"],
            DriftKind::Blip => &["length"],
        };
        let may = |key: &str| needs.contains(&key) || (key == "width" && needs.contains(&"length"));
        for key in ["width", "period", "length"] {
            if needs.contains(&key) && self.get(key).is_none() {
                let what = format!("a drift that is {} needs `{key}`", kind.name());
                return Some(self.problem(key, what, "write it as a length such as 12h, 30d or 2w"));
            }
            if !may(key) && self.get(key).is_some() {
                let what = format!("a drift that is {} has no `{key}`", kind.name());
                return Some(self.problem(key, what, "leave it out, or choose another kind"));
            }
        }
        let (length, period) = (self.seconds("length")?, self.seconds("period"));
        let edges = 4.0 * self.seconds("width").unwrap_or(0.0);
        if period.is_some_and(|period| period < LEAST_PERIOD_SECONDS) {
            return Some(self.problem("period", "`period` is shorter than an hour".to_owned(), "write 1h or more"));
        }
        let crowded = length < edges || period.is_some_and(|period| period <= length || period - length < edges);
        crowded.then(|| {
            let what = "`length`, and what `period` leaves beside it, must be at least four times `width`".to_owned();
            self.problem("length", what, "make `period` longer, or `width` shorter")
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::VirtualTime;
    use crate::scenario::Layers;

    /// Returns the first fault of a drift of these lines, and its remedy.
    fn told(lines: &str) -> (String, String) {
        let mut layers = Layers::new();
        layers.file("x.toml", &format!("[[drift]]\n{}\n", lines.replace(", ", "\n")));
        match layers.resolve(VirtualTime::from_seconds(1_767_225_600)) {
            Ok(_) => ("ok".to_owned(), String::new()),
            Err(error) => (error.0[0].what.clone(), error.0[0].help.clone().unwrap_or_default()),
        }
    }

    const SUDDEN: &str = "kind = \"sudden\", at = \"+30d\"";

    #[test]
    fn a_key_that_cannot_drift_is_rejected_with_the_nearest_that_can() {
        for (key, what, help) in [
            ("bank.fraud.raet", "no key", "`bank.fraud.rate`"),
            ("bank.merchants", "fixed when the world is created", "can drift"),
            ("world.people", "fixed when the world is created", "bank."),
            ("bank.fraud.adaptation", "cannot drift", "bank."),
            ("run.threads", "is a setting", "bank."),
            ("shop.visits", "no key", "`shop.visits_per_day`"),
        ] {
            let (told_what, told_help) = told(&format!("key = {key:?}, {SUDDEN}, to = 0.02"));
            assert!(told_what.contains(what) && told_help.contains(help), "{key}: {told_what}; {told_help}");
        }
    }

    #[test]
    fn keys_that_do_not_fit_together_are_rejected() {
        let rate = "key = \"bank.fraud.rate\"";
        let own = "key = \"bank.amount_scale\"";
        for (lines, what) in [
            (format!("{rate}, {SUDDEN}"), "neither `to` nor `factor`"),
            (format!("{rate}, {SUDDEN}, to = 0.1, factor = 2.0"), "both `to` and `factor`"),
            (format!("{rate}, to = 0.1, kind = \"sudden\""), "it has no `at`"),
            (format!("{rate}, {SUDDEN}, to = 0.7"), "must be a number from 0 to 0.5"),
            (format!("{rate}, {SUDDEN}, factor = 200.0"), "must be a number from 0 to 0.5"),
            (format!("{rate}, {SUDDEN}, to = 0.1, share = 0.5"), "common to all of a region"),
            (format!("{rate}, {SUDDEN}, to = 0.1, persona = \"parent\""), "common to all of a region"),
            (format!("{rate}, kind = \"gradual\", at = \"+3d\", width = \"2d\", to = 0.1"), "person by person"),
            (format!("{own}, kind = \"gradual\", at = \"+3d\", to = 2.0"), "needs `width`"),
            (format!("{own}, {SUDDEN}, width = \"3d\", to = 2.0"), "has no `width`"),
            (format!("{own}, kind = \"recurring\", at = \"+3d\", length = \"2d\", to = 2.0"), "needs `period`"),
            (format!("{own}, kind = \"blip\", at = \"+3d\", length = \"2d\", width = \"1d\", to = 2.0"), "four times"),
            (format!("{own}, kind = \"blip\", at = \"+3d\", length = \"long\", to = 2.0"), "not a length"),
            (format!("{own}, kind = \"slow\", at = \"+3d\", to = 2.0"), "unknown kind of drift"),
            (format!("{own}, {SUDDEN}, to = 2.0, region = \"tokyo\""), "unknown region"),
            (format!("{own}, {SUDDEN}, to = 2.0, persona = \"parrot\""), "unknown persona"),
            (format!("{own}, {SUDDEN}, to = 2.0, share = 0.0"), "must be a number from"),
            (format!("{own}, kind = \"sudden\", at = \"-3d\", to = 2.0"), "not after the world's start"),
            (format!("{own}, {SUDDEN}, too = 2.0"), "unknown key"),
        ] {
            let (told, _) = told(&lines);
            assert!(told.contains(what), "{lines}: {told}");
        }
        assert_eq!(told(&format!("{rate}, {SUDDEN}, to = 0.1, region = \"houston\"")).0, "ok");
    }

    #[test]
    fn names_are_unique_and_drifts_survive_a_round_trip() {
        let one = format!("id = \"a\"\nkey = \"shop.conversion\"\n{}\nfactor = 2.0", SUDDEN.replace(", ", "\n"));
        let (twice, _) = told(&format!("{one}\n[[drift]]\n{one}"));
        assert!(twice.contains("two drifts are called \"a\""), "{twice}");
        let mut layers = Layers::new();
        layers.file("x", &format!("[[drift]]\n{one}\n[[drift]]\n{}\nshare = 0.5", one.replace("\"a\"", "\"b\"")));
        let rules = layers.resolve(VirtualTime::from_seconds(1_767_225_600)).expect("valid").scenario;
        let again = crate::Scenario::from_toml("again", &rules.to_toml()).expect("valid");
        assert_eq!((again.drift.len(), &again), (2, &rules));
    }
}
