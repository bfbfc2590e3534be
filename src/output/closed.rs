//! Whether standard output can be written at all. Before `main`, the standard library opens /dev/null in the place of a
//! standard stream that is closed, so a closed one is looked for earlier than that.

use rustix::fs::{OFlags, fcntl_getfl};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static CLOSED: AtomicBool = AtomicBool::new(false);

#[expect(unsafe_code, reason = "the linker has to be told to run this before the standard library starts")]
#[used]
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    CLOSED.store(fcntl_getfl(io::stdout()).is_err(), Ordering::Relaxed);
}

/// What is wrong with standard output as a place for records; none where it can be written.
pub(crate) fn stdout_fault() -> Option<&'static str> {
    if CLOSED.load(Ordering::Relaxed) {
        return Some("it is closed");
    }
    let flags = fcntl_getfl(io::stdout()).unwrap_or(OFlags::RDONLY);
    (flags & OFlags::RWMODE == OFlags::RDONLY).then_some("it is open for reading alone")
}
