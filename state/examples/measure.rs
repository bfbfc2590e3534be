//! Measures the store: a first checkpoint of many blocks, then whole rewrites, then reopening and reading all.
//! `cargo run --release -p populace-state --example measure -- [BLOCKS] [DIR]`; a world that exists already is only
//! opened and read, so that a second run shows the memory of a fresh start.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use populace_state::{BlockId, Identity, Presence, StateError, Store, no_probe, pack};

const BLOCK_BYTES: usize = 5_400;
const REWRITES: u64 = 5;

/// Returns bytes that no compressor can make smaller.
fn noise(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut word = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..BLOCK_BYTES.div_ceil(8)).flat_map(|_| word()).take(BLOCK_BYTES).collect()
}

/// Returns the value of a line of /proc/self/status, in MiB.
fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status.lines().find_map(|l| l.strip_prefix(line)).and_then(|v| v.split_whitespace().nth(1));
    value.and_then(|v| v.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn disk(dir: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let Ok(entries) = fs::read_dir(dir) else {
        return 0;
    };
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => disk(&entry.path()),
        Ok(metadata) => metadata.blocks() * 512,
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

fn timed<T>(what: &str, dir: &Path, work: impl FnOnce() -> Result<T, StateError>) -> Result<T, StateError> {
    let start = Instant::now();
    let result = work()?;
    let (seconds, megabytes) = (start.elapsed().as_secs_f64(), disk(dir) >> 20);
    println!("{what:<22} {seconds:>7.3} s   {:>5} MiB resident   {megabytes:>6} MiB on disk", memory("VmRSS"));
    Ok(result)
}

fn checkpoint(store: &Store, number: u64, ids: impl Iterator<Item = u64>) -> Result<(), StateError> {
    let mut writer = store.checkpoint(number)?;
    for id in ids {
        writer.put(BlockId(id), pack(&noise(id ^ (number << 32))))?;
    }
    writer.commit(b"")
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let blocks: u64 = args.next().unwrap_or_else(|| "60000".into()).parse()?;
    let dir = args.next().map_or_else(|| std::env::temp_dir().join("populace-measure"), PathBuf::from);
    if Store::exists(&dir) == Presence::Absent {
        write(&dir, blocks)?;
    }
    let store = timed("open", &dir, || Store::open(&dir, no_probe()))?;
    timed("read all, one thread", &dir, || store.for_each_block(|_, _| Ok::<_, StateError>(())))?;
    timed("read all, two threads", &dir, || read_in_parallel(&store))?;
    println!("greatest memory: {} MiB", memory("VmHWM"));
    Ok(())
}

fn write(dir: &Path, blocks: u64) -> Result<(), StateError> {
    let identity =
        Identity { world_id: 1, seed: 1, rules_version: 1, scenario: String::new(), scenario_hash: 0, note: vec![] };
    let store = Store::create(dir, &identity, no_probe())?;
    timed("first checkpoint", dir, || checkpoint(&store, 0, 0..blocks))?;
    for number in 1..=REWRITES {
        timed("all blocks again", dir, || checkpoint(&store, number, 0..blocks))?;
    }
    for number in REWRITES + 1..=2 * REWRITES {
        timed("one block in twenty", dir, || checkpoint(&store, number, (number..blocks).step_by(20)))?;
    }
    Ok(())
}

fn read_in_parallel(store: &Store) -> Result<(), StateError> {
    let read = |range| store.blocks_in(range).try_for_each(|block| block.map(|_| ()));
    std::thread::scope(|scope| {
        let threads: Vec<_> = store.ranges(2).into_iter().map(|range| scope.spawn(move || read(range))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("reading does not panic"))
    })
}
