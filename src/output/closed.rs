//! A check that standard output can be written. Before `main`, the standard library opens /dev/null in place of a
//! closed standard stream, so the check for a closed one runs earlier than that.

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

/// Returns the reason why records cannot be written to standard output; `None` if they can.
pub(crate) fn stdout_fault() -> Option<&'static str> {
    if CLOSED.load(Ordering::Relaxed) {
        return Some("it is closed");
    }
    let flags = fcntl_getfl(io::stdout()).unwrap_or(OFlags::RDONLY);
    (flags & OFlags::RWMODE == OFlags::RDONLY).then_some("it is open for reading alone")
}
