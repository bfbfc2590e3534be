//! The parts of a device that topics emit. Must not depend on: formats, single topics.

use crate::value::Word;
use populace_sim::{BROWSER_NAMES, DEVICE_TYPES, Device, OS_NAMES};

/// Returns the operating system.
#[inline]
pub fn os(device: Device) -> Word {
    Word::at(OS_NAMES, device.model().os_index())
}

/// Returns the browser.
#[inline]
pub fn browser(device: Device) -> Word {
    Word::at(BROWSER_NAMES, device.model().browser_index())
}

/// Returns the kind of device.
#[inline]
pub fn device_type(device: Device) -> Word {
    Word::at(DEVICE_TYPES, device.model().device_type_index())
}
