//! The room for memory as the Linux kernel tells it: of the machine, of the control groups of the process, and of its
//! address space. A value that cannot be read is no limit. Must not depend on: worlds.

use super::room::{Limit, MemoryRoom};
use rustix::process::{Resource, getrlimit};
use std::fs::read_to_string;
use std::path::{Path, PathBuf};

/// Returns the room that each limit leaves.
pub(super) fn rooms() -> Vec<MemoryRoom> {
    let machine = read_to_string("/proc/meminfo").ok().and_then(|text| machine(&text));
    let of_process = read_to_string("/proc/self/cgroup").unwrap_or_default();
    let groups = control_groups(Path::new("/sys/fs/cgroup"), &of_process);
    machine.into_iter().chain(groups).chain(address_space()).collect()
}

fn machine(meminfo: &str) -> Option<MemoryRoom> {
    let value = |name: &str| {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
    };
    Some(MemoryRoom { limit: Limit::Machine, total: value("MemTotal:")?, free: value("MemAvailable:")? })
}

fn address_space() -> Option<MemoryRoom> {
    let total = getrlimit(Resource::As).current?;
    let pages: u64 = read_to_string("/proc/self/statm").ok()?.split_ascii_whitespace().next()?.parse().ok()?;
    let used = pages * rustix::param::page_size() as u64;
    Some(MemoryRoom { limit: Limit::AddressSpace, total, free: total.saturating_sub(used) })
}

/// The files of one version of control groups.
struct Files {
    limit: &'static str,
    used: &'static str,
    /// The entries of `memory.stat` for pages of files, which the kernel drops if memory is short.
    reclaimable: [&'static str; 2],
}

const VERSION_1: Files = Files {
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    reclaimable: ["total_inactive_file ", "total_active_file "],
};

const VERSION_2: Files =
    Files { limit: "memory.max", used: "memory.current", reclaimable: ["inactive_file ", "active_file "] };

/// Returns the room in each control group that limits the process: its own, and those above it.
fn control_groups(mount: &Path, of_process: &str) -> Vec<MemoryRoom> {
    of_process.lines().filter_map(|line| hierarchy(mount, line)).flat_map(|found| found.rooms()).collect()
}

/// The place of the process in a hierarchy of control groups.
struct Hierarchy<'a> {
    root: PathBuf,
    files: Files,
    /// The path of the group below the root. In a container it may not exist there: the root is then the group.
    group: &'a Path,
}

/// Returns the hierarchy of a line of `/proc/self/cgroup`, as in `0::/a/b` or `4:memory:/a/b`.
fn hierarchy<'a>(mount: &Path, line: &'a str) -> Option<Hierarchy<'a>> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, group) = (parts.next()?, Path::new(parts.next()?.trim_start_matches('/')));
    match controllers {
        "" => Some(Hierarchy { root: mount.to_path_buf(), files: VERSION_2, group }),
        _ if controllers.split(',').any(|one| one == "memory") => {
            Some(Hierarchy { root: mount.join("memory"), files: VERSION_1, group })
        }
        _ => None,
    }
}

impl Hierarchy<'_> {
    fn rooms(&self) -> Vec<MemoryRoom> {
        self.group.ancestors().filter_map(|group| self.files.room(&self.root.join(group))).collect()
    }
}

impl Files {
    fn room(&self, dir: &Path) -> Option<MemoryRoom> {
        let value = |name| read_to_string(dir.join(name)).ok()?.trim().parse::<u64>().ok();
        let (total, used) = (value(self.limit)?, value(self.used)?);
        let stat = read_to_string(dir.join("memory.stat")).unwrap_or_default();
        let entry = |name: &&str| stat.lines().find_map(|line| line.strip_prefix(name)?.parse::<u64>().ok());
        let reclaimable: u64 = self.reclaimable.iter().filter_map(entry).sum();
        let free = total.saturating_sub(used.saturating_sub(reclaimable));
        Some(MemoryRoom { limit: Limit::ControlGroup, total, free })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn write(dir: &Path, files: &[(&str, &str)]) {
        fs::create_dir_all(dir).unwrap();
        files.iter().for_each(|(name, text)| fs::write(dir.join(name), text).unwrap());
    }

    fn group(total: u64, free: u64) -> MemoryRoom {
        MemoryRoom { limit: Limit::ControlGroup, total, free }
    }

    #[test]
    fn the_machine_counts_what_it_could_free() {
        let text = "MemTotal:       24536680 kB\nMemFree:          500000 kB\nMemAvailable:   17825792 kB\n";
        let room = machine(text).unwrap();
        assert_eq!((room.total >> 10, room.free >> 10), (24_536_680, 17_825_792));
        assert_eq!(machine("MemTotal: 3 kB\n"), None, "an old kernel tells less");
    }

    #[test]
    fn groups_of_version_2_count_up_to_the_root() {
        let dir = tempfile::tempdir().unwrap();
        let stat = ("memory.stat", "anon 5\ninactive_file 100\nactive_file 20\n");
        write(&dir.path().join("a/b"), &[("memory.max", "max\n"), ("memory.current", "300\n"), stat]);
        write(&dir.path().join("a"), &[("memory.max", "1000\n"), ("memory.current", "300\n"), stat]);
        assert_eq!(control_groups(dir.path(), "0::/a/b\n"), [group(1_000, 820)]);
        assert_eq!(control_groups(dir.path(), "0::/elsewhere\n"), []);
    }

    #[test]
    fn groups_of_version_1_are_found_beside_others() {
        let dir = tempfile::tempdir().unwrap();
        let files = [("memory.limit_in_bytes", "1000\n"), ("memory.usage_in_bytes", "400\n")];
        write(&dir.path().join("memory"), &files);
        let text = "5:devices:/x\n4:memory:/docker/f00\n1:cpu,cpuacct:/\n0::/\n";
        assert_eq!(control_groups(dir.path(), text), [group(1_000, 600)], "the root is the group in a container");
    }
}
