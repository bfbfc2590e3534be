//! The settings that a world keeps beside its checkpoints. They change no event, or resolve a relative time once. Must not
//! depend on: the run loop.

use super::error::RunError;
use crate::config::{Pace, StatedTime};
use crate::pace::ClockReading;
use populace_sim::VirtualTime;
use populace_state::Store;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const END: &str = "relative-end";
const CUT: &str = "cut";
const RULES: &str = "rules-version";
const CLOCK: &str = "clock";
const LOOK: &str = "clock-before-step";
const FOLLOWS: &str = "follows-clock";

fn read<T: DeserializeOwned>(store: &Store, name: &str) -> Result<Option<T>, RunError> {
    let bytes = store.setting(name)?;
    // A value that an older release wrote in another format counts as missing: each of these has a safe default.
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

fn write<T: Serialize>(store: &Store, name: &str, value: &T) -> Result<(), RunError> {
    Ok(store.set_setting(name, &serde_json::to_vec(value).expect("settings are plain data"))?)
}

/// Returns the end of the run. A relative end is resolved once, and is the same instant each time it is stated again.
pub(super) fn resolve_end(store: &Store, end: Option<&StatedTime>) -> Result<Option<VirtualTime>, RunError> {
    let Some(end) = end else { return Ok(None) };
    if !end.relative {
        return Ok(Some(end.resolved));
    }
    match read::<(String, VirtualTime)>(store, END)? {
        Some((text, resolved)) if text == end.text => Ok(Some(resolved)),
        _ => {
            write(store, END, &(&end.text, end.resolved))?;
            Ok(Some(end.resolved))
        }
    }
}

/// The total of records in the sink of an attachment, after a run that stopped inside a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cut {
    pub(super) attachment: u32,
    pub(super) total: u64,
}

/// Returns the total up to which records are not published again.
pub(super) fn cut(store: &Store, attachment: u32) -> Result<u64, RunError> {
    Ok(read::<Cut>(store, CUT)?.filter(|cut| cut.attachment == attachment).map_or(0, |cut| cut.total))
}

pub(super) fn set_cut(store: &Store, cut: Cut) -> Result<(), RunError> {
    write(store, CUT, &cut)
}

/// Returns the version of the rules of the world: that of its creation, unless a later release adopted the world.
pub(crate) fn rules_version(store: &Store) -> Result<u32, RunError> {
    Ok(read(store, RULES)?.unwrap_or(store.identity().rules_version))
}

pub(super) fn set_rules_version(store: &Store, version: u32) -> Result<(), RunError> {
    write(store, RULES, &version)
}

/// The pause and the pace that requests set, in force until a request or the command line changes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct ClockSetting {
    /// True if the world is paused.
    pub(super) paused: bool,
    /// The pace; `None` for that of the run.
    pub(super) pace: Option<Pace>,
}

pub(super) fn clock(store: &Store) -> Result<ClockSetting, RunError> {
    Ok(read(store, CLOCK)?.unwrap_or_default())
}

pub(super) fn set_clock(store: &Store, clock: ClockSetting) -> Result<(), RunError> {
    write(store, CLOCK, &clock)
}

/// The last reading of the clocks before a step that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ClockBeforeStep {
    /// The boot of the machine to which the steady clock belongs.
    pub(super) boot: String,
    /// The reading of the clocks.
    pub(super) look: ClockReading,
}

pub(super) fn clock_before_step(store: &Store) -> Result<Option<ClockBeforeStep>, RunError> {
    Ok(read::<Option<ClockBeforeStep>>(store, LOOK)?.flatten())
}

pub(super) fn set_clock_before_step(store: &Store, before: Option<&ClockBeforeStep>) -> Result<(), RunError> {
    write(store, LOOK, &before)
}

/// Returns whether the world followed the wall clock in its last run.
pub(super) fn follows_clock(store: &Store) -> Result<bool, RunError> {
    Ok(read(store, FOLLOWS)?.unwrap_or_default())
}

pub(super) fn set_follows_clock(store: &Store, follows: bool) -> Result<(), RunError> {
    if self::follows_clock(store)? == follows {
        return Ok(());
    }
    write(store, FOLLOWS, &follows)
}
