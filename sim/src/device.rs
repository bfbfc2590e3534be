//! The devices that people use: the share of each model in a region, the user agent of a device at an instant, and its
//! ageing. A device is a model and the day of the release cycle on which it updates. Must not depend on: people.

mod agent;
mod models;

use crate::engine::{RngStream, TextBuffer, VirtualTime};
use crate::region::Systems;
use agent::{Installed, Part};
pub use models::{BROWSER_NAMES, DEVICE_TYPES, MODELS, Model, OS_NAMES};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Index into the table of models, the most common first.
    pub model: u8,
    /// Days after a release until this device updates, 0 to 27.
    pub update_lag_days: u8,
    /// The number of releases that this device is behind the current one.
    pub releases_behind: u8,
}

/// The shares of iOS among phones and tablets, and of macOS among computers, in the table of models.
static APPLE_IN_TABLE: LazyLock<(f64, f64)> = LazyLock::new(|| {
    let share = |desktop: bool, os: Option<&str>| -> f64 {
        let fits = |m: &&Model| m.is_computer() == desktop && os.is_none_or(|os| m.os == os);
        MODELS.iter().filter(fits).map(|m| m.share).sum()
    };
    (share(false, Some("iOS")) / share(false, None), share(true, Some("macOS")) / share(true, None))
});

/// Returns the share of each model in a region with these shares of operating systems.
fn shares(systems: Systems) -> [f64; MODELS.len()] {
    let (phones, desks) = *APPLE_IN_TABLE;
    MODELS.each_ref().map(|m| {
        let (here, usual) = if m.is_computer() { (systems.macs, desks) } else { (systems.iphones, phones) };
        m.share * if m.is_of_apple() { here / usual } else { (1.0 - here) / (1.0 - usual) }
    })
}

impl Device {
    /// Draws a device by the shares of the models.
    pub fn drawn(systems: Systems, rng: &mut RngStream) -> Self {
        Device::among(systems, rng, |_| true)
    }

    /// Draws a device by the shares of the models that satisfy `fits`.
    ///
    /// # Panics
    /// If no model fits.
    pub fn among(systems: Systems, rng: &mut RngStream, fits: impl Fn(&Model) -> bool) -> Self {
        let mut weights = shares(systems);
        weights.iter_mut().zip(&MODELS).filter(|(_, m)| !fits(m)).for_each(|(weight, _)| *weight = 0.0);
        let cumulative = crate::engine::sample::cumulate(&weights);
        let model = crate::engine::sample::pick(&cumulative, rng.unit()) as u8;
        assert!(fits(&MODELS[model as usize]), "some model must fit");
        let old = rng.chance(0.15);
        Device {
            model,
            update_lag_days: rng.below(28) as u8,
            releases_behind: if old { rng.below(20) as u8 } else { 0 },
        }
    }

    /// Returns the model.
    #[inline]
    pub fn model(self) -> &'static Model {
        &MODELS[self.model as usize]
    }

    /// Returns whether it is a phone.
    #[inline]
    pub fn is_phone(self) -> bool {
        self.model().is_phone()
    }

    fn installed(self, time: VirtualTime) -> Installed {
        let day = time.utc_day() as i64 - self.update_lag_days as i64;
        Installed { day, behind: self.releases_behind as i64 }
    }

    /// Returns a number that determines the user agent at `time`. Those of the models and of eight releases in a row differ
    /// in the lowest eight bits.
    #[inline]
    pub fn user_agent_number(self, time: VirtualTime) -> u64 {
        let installed = self.installed(time);
        let (first, second) = self.model().series;
        let release = installed.release(first) as u64;
        let other = second.map_or(0, |series| installed.release(series) as u64);
        other << 40 | (release >> 3) << 8 | u64::from(self.model) << 3 | release & 7
    }

    /// Appends the user agent at `time`, in ASCII without quotes or backslashes.
    #[inline]
    pub fn append_user_agent(self, time: VirtualTime, out: &mut impl TextBuffer) {
        let installed = self.installed(time);
        for part in self.model().agent {
            match part {
                Part::Text(text) => out.append(text.as_bytes()),
                Part::Number(version) => installed.append(*version, out),
            }
        }
    }

    /// Returns the user agent at `time`.
    pub fn user_agent(self, time: VirtualTime) -> String {
        let mut out = Vec::new();
        self.append_user_agent(time, &mut out);
        String::from_utf8(out).expect("models are described in ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, Span, WorldKey};
    use crate::testing;

    #[test]
    fn a_user_agent_changes_at_updates_only() {
        let device = Device { model: 1, update_lag_days: 3, releases_behind: 0 };
        let start = VirtualTime::from_seconds(1_767_225_600);
        let agents: Vec<String> = (0..56).map(|d| device.user_agent(start + Span::from_days(d))).collect();
        let changes = agents.windows(2).filter(|w| w[0] != w[1]).count();
        assert!((1..=2).contains(&changes), "a release in 32 days: {changes} in eight weeks");
    }

    #[test]
    fn a_number_determines_the_user_agent() {
        let mut agents = std::collections::BTreeMap::new();
        let days = (0..12_000).step_by(13).chain(20_400..20_800);
        for (day, model) in days.flat_map(|day| (0..MODELS.len()).map(move |model| (day, model))) {
            for releases_behind in [0, 1, 7, 8, 13, 19] {
                let device = Device { model: model as u8, update_lag_days: 3, releases_behind };
                let time = VirtualTime::from_seconds(day * 86_400);
                let agent = device.user_agent(time);
                let known = agents.entry(device.user_agent_number(time)).or_insert_with(|| agent.clone());
                assert_eq!(*known, agent);
            }
        }
    }

    #[test]
    fn user_agents_name_the_browser_of_the_model() {
        for (i, model) in MODELS.iter().enumerate() {
            let agent = Device { model: i as u8, update_lag_days: 0, releases_behind: 0 }
                .user_agent(VirtualTime::from_seconds(1_767_225_600));
            let sign = match model.browser {
                "Chrome" => ["Chrome/", "CriOS/"],
                "Safari" => ["Version/", "Version/"],
                "Firefox" => ["Firefox/", "Firefox/"],
                "Edge" => ["Edg/", "Edg/"],
                "Opera" => ["OPR/", "OPR/"],
                _ => ["Samsung", "Headless"],
            };
            assert!(sign.iter().any(|s| agent.contains(s)), "{agent}");
        }
    }

    #[test]
    fn most_devices_are_phones() {
        let mut rng = WorldKey::new(1).rng(0, Purpose::BirthDevices, 0);
        let systems = testing::town("[world]\npeople = 1").localities()[0].region.systems();
        let drawn = |rng: &mut RngStream| Device::drawn(systems, rng).model().device_type;
        let phones = (0..2_000).filter(|_| drawn(&mut rng) == "Mobile").count();
        assert!((1_050..1_300).contains(&phones), "{phones}");
    }

    #[test]
    fn shares_of_ios_are_those_of_the_country() {
        let apple = |preset: &str| {
            let town = testing::town(&format!("[world]\npeople = 1\n[[region]]\npreset = \"{preset}\""));
            let systems = town.localities()[0].region.systems();
            let mut rng = WorldKey::new(2).rng(0, Purpose::BirthDevices, 0);
            let phone = |rng: &mut RngStream| Device::among(systems, rng, |m| m.device_type == "Mobile");
            (0..4_000).filter(|_| phone(&mut rng).model().os == "iOS").count() as f64 / 4_000.0
        };
        for (preset, share) in
            [("tokyo", 0.66), ("new-york", 0.57), ("london", 0.50), ("sao-paulo", 0.18), ("mumbai", 0.05)]
        {
            // The tables count tablets as phones.
            assert!((apple(preset) - share).abs() < 0.05, "{preset}: {}", apple(preset));
        }
    }
}
