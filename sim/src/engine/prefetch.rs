//! A hint to the processor to load memory that is read soon. It changes no result.
//! Must not depend on: what is loaded.

/// Asks for the cache line at the start of `value`, so that a later read does not wait for memory. Does nothing on
/// processors other than x86-64, whose hints have no safe form.
#[inline(always)]
pub(crate) fn prefetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    safe_arch::prefetch_t0(value);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}
