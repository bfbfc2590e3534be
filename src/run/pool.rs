//! The simulating threads: plain ones that take whole shards by value from one queue and give them back.
//! They know neither windows nor pacing; the order in which shards come back means nothing.

use super::error::{RunError, start_thread};
use crossbeam_channel::{Receiver, Sender, unbounded};
use populace_sim::{Batch, Shard, Town, VirtualTime};
use populace_state::{BlockId, PackedBlock, Store, pack};
use std::sync::Arc;
use std::thread::JoinHandle;

/// A packed block on its way to the store.
pub type SavedBlock = (BlockId, PackedBlock);

/// The id of a block of a shard in the store.
pub fn block_id(shard: u32, block: u32) -> BlockId {
    BlockId(u64::from(shard) << 32 | u64::from(block))
}

/// Something to do with a shard.
enum Task {
    Run { shard: Box<Shard>, until: VirtualTime, batch: Batch },
    Pack { shard: Box<Shard>, to: Sender<Vec<SavedBlock>> },
    Newborn,
    Load { store: Store, now: VirtualTime },
}

/// A shard that came back.
struct Done {
    index: u32,
    shard: Box<Shard>,
    batch: Batch,
}

/// What a worker answers; a panic of the simulation becomes an error, not a hang.
type Answer = Result<Done, RunError>;

/// The threads, and the shards that are at home between tasks.
pub struct Pool {
    tasks: Option<Sender<(u32, Task)>>,
    answers: Receiver<Answer>,
    threads: Vec<JoinHandle<()>>,
    town: Arc<Town>,
    shards: Vec<Option<Box<Shard>>>,
    /// Records of each shard in its last window: the busiest go first.
    weights: Vec<usize>,
    order: Vec<u32>,
}

impl Pool {
    /// Starts `threads` threads for the shards of `town`; there are no shards yet.
    ///
    /// # Errors
    /// [`RunError::NoThread`].
    pub fn start(town: &Arc<Town>, threads: usize) -> Result<Self, RunError> {
        let (tasks, queue) = unbounded::<(u32, Task)>();
        let (answer, answers) = unbounded();
        let count = town.shard_count();
        let threads = (0..threads.clamp(1, count as usize))
            .map(|n| {
                let (town, queue, answer) = (town.clone(), queue.clone(), answer.clone());
                start_thread(format!("populace-sim-{n}"), move || work(&town, &queue, &answer))
            })
            .collect::<Result<_, _>>()?;
        let shards = (0..count).map(|_| None).collect();
        Ok(Pool {
            tasks: Some(tasks),
            answers,
            threads,
            town: town.clone(),
            shards,
            weights: vec![0; count as usize],
            order: (0..count).collect(),
        })
    }

    /// Makes all shards newborn.
    ///
    /// # Errors
    /// [`RunError::ThreadGone`].
    pub fn create_shards(&mut self) -> Result<(), RunError> {
        self.make(|| Task::Newborn)
    }

    /// Loads all shards from the store.
    ///
    /// # Errors
    /// Where blocks cannot be read.
    pub fn load(&mut self, store: &Store, now: VirtualTime) -> Result<(), RunError> {
        self.make(|| Task::Load { store: store.clone(), now })
    }

    /// Runs every shard to `until`; `batches` are used again, and the filled ones returned.
    ///
    /// # Errors
    /// [`RunError::ThreadGone`].
    pub fn run(&mut self, until: VirtualTime, batches: &mut Vec<Batch>) -> Result<Vec<Batch>, RunError> {
        let mut filled = Vec::with_capacity(self.shards.len());
        let mut empty = Vec::new();
        let mut task = |shard: Box<Shard>| Task::Run { shard, until, batch: batches.pop().unwrap_or_default() };
        self.sort_by_weight();
        for index in self.order.clone() {
            let shard = self.take(index);
            self.send(index, task(shard))?;
        }
        for _ in 0..self.shards.len() {
            let done = self.receive()?;
            self.weights[done.index as usize] = done.batch.len();
            if done.batch.is_empty() {
                empty.push(done.batch)
            } else {
                filled.push(done.batch)
            }
            self.shards[done.index as usize] = Some(done.shard);
        }
        batches.append(&mut empty);
        Ok(filled)
    }

    /// Encodes and packs all dirty blocks, and sends them to `to`; the shards are clean when this returns.
    ///
    /// # Errors
    /// [`RunError::ThreadGone`].
    pub fn pack(&mut self, to: &Sender<Vec<SavedBlock>>) -> Result<(), RunError> {
        for index in 0..self.shards.len() as u32 {
            let shard = self.take(index);
            self.send(index, Task::Pack { shard, to: to.clone() })?;
        }
        self.collect()
    }

    /// Has all shards live by the rules of `town` from `at` on, by the order with this number in the log. They must have
    /// run to exactly `at`.
    ///
    /// # Errors
    /// [`RunError::NoThread`].
    pub fn adopt(&mut self, town: &Arc<Town>, at: VirtualTime, number: u64) -> Result<(), RunError> {
        let fresh = Pool::start(town, self.threads.len())?;
        let mut old = std::mem::replace(self, fresh);
        std::mem::swap(&mut self.shards, &mut old.shards);
        self.shards.iter_mut().flatten().for_each(|shard| shard.adopt(&old.town, town, at, number));
        Ok(())
    }

    /// The shard with this index, at rest.
    pub fn shard(&mut self, index: u32) -> &mut Shard {
        self.shards[index as usize].as_mut().expect("shards are at home between tasks")
    }

    /// All shards, at rest.
    pub fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.shards.iter().flatten().map(Box::as_ref)
    }

    fn make(&mut self, task: impl Fn() -> Task) -> Result<(), RunError> {
        for index in 0..self.shards.len() as u32 {
            self.send(index, task())?;
        }
        self.collect()
    }

    fn collect(&mut self) -> Result<(), RunError> {
        for _ in 0..self.shards.len() {
            let done = self.receive()?;
            self.shards[done.index as usize] = Some(done.shard);
        }
        Ok(())
    }

    fn take(&mut self, index: u32) -> Box<Shard> {
        self.shards[index as usize].take().expect("shards are at home between tasks")
    }

    fn send(&self, index: u32, task: Task) -> Result<(), RunError> {
        let tasks = self.tasks.as_ref().expect("only dropping the pool closes the queue");
        tasks.send((index, task)).map_err(|_| RunError::ThreadGone("simulating"))
    }

    fn receive(&self) -> Result<Done, RunError> {
        self.answers.recv().map_err(|_| RunError::ThreadGone("simulating"))?
    }

    fn sort_by_weight(&mut self) {
        let weights = &self.weights;
        self.order.sort_by_key(|index| std::cmp::Reverse(weights[*index as usize]));
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.tasks = None;
        for thread in self.threads.drain(..) {
            // A worker that panicked has said so already.
            let _ = thread.join();
        }
    }
}

fn work(town: &Town, queue: &Receiver<(u32, Task)>, answers: &Sender<Answer>) {
    while let Ok((index, task)) = queue.recv() {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| perform(town, index, task)));
        let answer = done.unwrap_or(Err(RunError::ThreadGone("simulating")));
        if answers.send(answer).is_err() {
            return;
        }
    }
}

fn perform(town: &Town, index: u32, task: Task) -> Answer {
    let (shard, batch) = match task {
        Task::Run { mut shard, until, mut batch } => {
            shard.run_until(town, until, &mut batch);
            (shard, batch)
        }
        Task::Pack { mut shard, to } => {
            pack_dirty(index, &mut shard, &to);
            (shard, Batch::default())
        }
        Task::Newborn => (Box::new(Shard::newborn(town, index)), Batch::default()),
        Task::Load { store, now } => (Box::new(load_shard(town, index, &store, now)?), Batch::default()),
    };
    Ok(Done { index, shard, batch })
}

/// Blocks that go to the store in one message.
const PARCEL: usize = 64;

fn pack_dirty(index: u32, shard: &mut Shard, to: &Sender<Vec<SavedBlock>>) {
    let mut raw = Vec::new();
    for blocks in shard.dirty_blocks().chunks(PARCEL) {
        let pack_one = |block: &u32| {
            raw.clear();
            shard.encode_block(*block, &mut raw);
            (block_id(index, *block), pack(&raw))
        };
        // Where nobody receives any more, the checkpoint has failed and says why itself.
        let _ = to.send(blocks.iter().map(pack_one).collect());
    }
    shard.mark_clean();
}

/// One shard as the last checkpoint has it.
///
/// # Errors
/// Where its blocks cannot be read or understood.
pub fn load_shard(town: &Town, index: u32, store: &Store, now: VirtualTime) -> Result<Shard, RunError> {
    let blocks: Result<Vec<Vec<u8>>, _> = store
        .blocks_in(block_id(index, 0)..=block_id(index, u32::MAX))
        .map(|block| block.map(|(_, raw)| raw))
        .collect();
    Shard::load(town, index, now, blocks?).map_err(|e| RunError::Sim(e.to_string()))
}
