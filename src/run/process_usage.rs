//! What the process has used of the machine, as the kernel counts it. Knows nothing of worlds; says nothing where the
//! kernel does not tell.

use std::fs::read_to_string;

/// Clock ticks in a second in the kernel's tables, the same on every Linux that Rust supports.
const TICKS: f64 = 100.0;

/// Seconds of processor time, over all threads.
pub(crate) fn cpu_seconds() -> Option<f64> {
    let stat = read_to_string("/proc/self/stat").ok()?;
    // The name may hold spaces; after it, user and system time are the 12th and 13th fields.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / TICKS)
}

/// Memory that is resident now, in bytes.
pub(crate) fn resident_bytes() -> Option<u64> {
    let pages: u64 = read_to_string("/proc/self/statm").ok()?.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// The most memory that was ever resident, in MiB.
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
    fn the_kernel_tells() {
        let before = cpu_seconds().unwrap();
        let mut sum = 0u64;
        while cpu_seconds().unwrap() < before + 0.03 {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(peak_memory_mib().unwrap() >= 1.0);
        assert!(resident_bytes().unwrap() >= 1 << 20);
    }
}
