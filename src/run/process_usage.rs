//! The CPU time and memory of the process, as the kernel counts them; `None` if the kernel gives no value. Must not
//! depend on: worlds.

use std::fs::read_to_string;

/// The clock ticks per second in the tables of the kernel, the same on every Linux that Rust supports.
const TICKS_PER_SECOND: f64 = 100.0;

/// Returns the CPU time of all threads in seconds.
pub(crate) fn cpu_seconds() -> Option<f64> {
    let stat = read_to_string("/proc/self/stat").ok()?;
    // The name may contain spaces; after it, user and system time are the 12th and 13th fields.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / TICKS_PER_SECOND)
}

/// Returns the resident memory in bytes.
pub(crate) fn resident_bytes() -> Option<u64> {
    let pages: u64 = read_to_string("/proc/self/statm").ok()?.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// Returns the peak of the resident memory in MiB.
pub(super) fn peak_memory_mib() -> Option<f64> {
    let status = read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some((kibibytes / 1024.0).round())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_counts_time_and_memory() {
        let before = cpu_seconds().unwrap();
        let mut sum = 0u64;
        while cpu_seconds().unwrap() < before + 0.03 {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(peak_memory_mib().unwrap() >= 1.0);
        assert!(resident_bytes().unwrap() >= 1 << 20);
    }
}
