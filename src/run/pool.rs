//! The simulating threads: each takes whole shards by value from one queue and returns them, in any order. Must not
//! depend on: windows, pacing.

use super::error::{RunError, start_thread};
use crossbeam_channel::{Receiver, Sender, unbounded};
use populace_sim::{Shard, Town, VirtualTime};
use populace_state::{BlockId, PackedBlock, Store, pack};
use populace_wire::{Batch, Encoders, KeptTexts};
use std::sync::Arc;
use std::thread::JoinHandle;

/// A packed block on its way to the store.
pub type SavedBlock = (BlockId, PackedBlock);

/// Returns the id of a block of a shard in the store.
pub fn block_id(shard: u32, block: u32) -> BlockId {
    BlockId(u64::from(shard) << 32 | u64::from(block))
}

/// A task for one shard.
enum ShardTask {
    Run { shard: Box<Shard>, until: VirtualTime },
    Pack { shard: Box<Shard>, to: Sender<Vec<SavedBlock>> },
    Create,
    Load { store: Store, now: VirtualTime },
}

/// A returned shard.
struct FinishedShard {
    index: u32,
    shard: Box<Shard>,
    /// The number of records that it left.
    records: usize,
}

/// The outcome of a task. A panic of the simulation becomes an error, not a hang.
type TaskOutcome = Result<FinishedShard, RunError>;

/// The batches of a window, one for each thread: a thread takes one for a shard and puts it back. Batches of single shards
/// would take many times the memory, most of it spare room.
#[derive(Clone)]
struct OpenBatches {
    put: Sender<Batch>,
    take: Receiver<Batch>,
}

impl OpenBatches {
    fn new() -> Self {
        let (put, take) = unbounded();
        OpenBatches { put, take }
    }

    fn put(&self, batch: Batch) {
        self.put.send(batch).expect("the other end is held as well");
    }

    /// Takes a batch; a new one if a thread panicked and lost its own.
    fn take(&self) -> Batch {
        self.take.try_recv().unwrap_or_default()
    }
}

/// The simulating threads, and the shards, which are in the pool between tasks.
pub struct Pool {
    tasks: Option<Sender<(u32, ShardTask)>>,
    answers: Receiver<TaskOutcome>,
    open: OpenBatches,
    threads: Vec<JoinHandle<()>>,
    town: Arc<Town>,
    shards: Vec<Option<Box<Shard>>>,
    /// The records of each shard in its last window: the busiest shards run first.
    weights: Vec<usize>,
    order: Vec<u32>,
}

impl Pool {
    /// Starts `threads` threads for the shards of `town`, without shards yet.
    ///
    /// # Errors
    /// If the system refuses to start a thread.
    pub fn start(town: &Arc<Town>, threads: usize) -> Result<Self, RunError> {
        let (tasks, queue) = unbounded::<(u32, ShardTask)>();
        let (answer, answers) = unbounded();
        let encoders = Encoders::new(&town.scenario().topics).map_err(|e| RunError::Sim(e.to_string()))?;
        let (encoders, count, open) = (Arc::new(encoders), town.shard_count(), OpenBatches::new());
        let threads = (0..threads.clamp(1, count as usize))
            .map(|n| {
                let (town, encoders, open) = (town.clone(), Arc::clone(&encoders), open.clone());
                let mut worker = Worker { town, encoders, open, texts: KeptTexts::default() };
                let (queue, answer) = (queue.clone(), answer.clone());
                start_thread(format!("populace-sim-{n}"), move || worker.work(&queue, &answer))
            })
            .collect::<Result<_, _>>()?;
        let shards = (0..count).map(|_| None).collect();
        Ok(Pool {
            tasks: Some(tasks),
            answers,
            open,
            threads,
            town: town.clone(),
            shards,
            weights: vec![0; count as usize],
            order: (0..count).collect(),
        })
    }

    /// Creates all shards of a new world.
    ///
    /// # Errors
    /// [`RunError::ThreadGone`].
    pub fn create_shards(&mut self) -> Result<(), RunError> {
        self.make(|| ShardTask::Create)
    }

    /// Loads all shards from the store.
    ///
    /// # Errors
    /// If blocks cannot be read.
    pub fn load(&mut self, store: &Store, now: VirtualTime) -> Result<(), RunError> {
        self.make(|| ShardTask::Load { store: store.clone(), now })
    }

    /// Runs every shard to `until`. Takes empty batches from `batches`, and returns the filled ones.
    ///
    /// # Errors
    /// [`RunError::ThreadGone`].
    pub fn run(&mut self, until: VirtualTime, batches: &mut Vec<Batch>) -> Result<Vec<Batch>, RunError> {
        self.threads.iter().for_each(|_| self.open.put(batches.pop().unwrap_or_default()));
        self.sort_by_weight();
        for index in self.order.clone() {
            let shard = self.take(index);
            self.send(index, ShardTask::Run { shard, until })?;
        }
        for _ in 0..self.shards.len() {
            let done = self.receive()?;
            self.weights[done.index as usize] = done.records;
            self.shards[done.index as usize] = Some(done.shard);
        }
        let (filled, mut empty) = self.open.take.try_iter().partition(|batch| !batch.is_empty());
        batches.append(&mut empty);
        Ok(filled)
    }

    /// Encodes and packs all dirty blocks, and sends them to `to`. The shards are clean when this returns.
    ///
    /// # Errors
    /// [`RunError::ThreadGone`].
    pub fn pack(&mut self, to: &Sender<Vec<SavedBlock>>) -> Result<(), RunError> {
        for index in 0..self.shards.len() as u32 {
            let shard = self.take(index);
            self.send(index, ShardTask::Pack { shard, to: to.clone() })?;
        }
        self.collect()
    }

    /// Applies the rules of `town` to all shards from `at` on, by the command with this number in the log. The shards
    /// must have run to exactly `at`.
    ///
    /// # Errors
    /// If the system refuses to start a thread.
    pub fn adopt(&mut self, town: &Arc<Town>, at: VirtualTime, number: u64) -> Result<(), RunError> {
        let fresh = Pool::start(town, self.threads.len())?;
        let mut old = std::mem::replace(self, fresh);
        std::mem::swap(&mut self.shards, &mut old.shards);
        self.shards.iter_mut().flatten().for_each(|shard| shard.adopt(&old.town, town, at, number));
        Ok(())
    }

    /// Returns the shard with this index.
    pub fn shard(&mut self, index: u32) -> &mut Shard {
        self.shards[index as usize].as_mut().expect("shards are in the pool between tasks")
    }

    /// Returns all shards.
    pub fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.shards.iter().flatten().map(Box::as_ref)
    }

    fn make(&mut self, task: impl Fn() -> ShardTask) -> Result<(), RunError> {
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
        self.shards[index as usize].take().expect("shards are in the pool between tasks")
    }

    fn send(&self, index: u32, task: ShardTask) -> Result<(), RunError> {
        let tasks = self.tasks.as_ref().expect("only dropping the pool closes the queue");
        tasks.send((index, task)).map_err(|_| RunError::ThreadGone("simulating"))
    }

    fn receive(&self) -> Result<FinishedShard, RunError> {
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
            // A panic of a worker has already been reported.
            let _ = thread.join();
        }
    }
}

/// What a simulating thread holds.
struct Worker {
    town: Arc<Town>,
    encoders: Arc<Encoders>,
    open: OpenBatches,
    texts: KeptTexts,
}

impl Worker {
    fn work(&mut self, queue: &Receiver<(u32, ShardTask)>, answers: &Sender<TaskOutcome>) {
        while let Ok((index, task)) = queue.recv() {
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.perform(index, task)));
            let answer = done.unwrap_or(Err(RunError::ThreadGone("simulating")));
            if answers.send(answer).is_err() {
                return;
            }
        }
    }

    fn perform(&mut self, index: u32, task: ShardTask) -> TaskOutcome {
        let (shard, records) = match task {
            ShardTask::Run { mut shard, until } => {
                let records = self.run(&mut shard, until);
                (shard, records)
            }
            ShardTask::Pack { mut shard, to } => {
                pack_dirty(index, &mut shard, &to);
                (shard, 0)
            }
            ShardTask::Create => (Box::new(Shard::newborn(&self.town, index)), 0),
            ShardTask::Load { store, now } => (Box::new(load_shard(&self.town, index, &store, now)?), 0),
        };
        Ok(FinishedShard { index, shard, records })
    }

    /// Runs a shard and returns the number of records that it left.
    fn run(&mut self, shard: &mut Shard, until: VirtualTime) -> usize {
        let mut batch = self.open.take();
        let before = batch.len();
        batch.exchange_texts(&mut self.texts);
        shard.run_until(&self.town, until, &mut self.encoders.outlet(&mut batch));
        batch.exchange_texts(&mut self.texts);
        let records = batch.len() - before;
        self.open.put(batch);
        records
    }
}

/// The number of blocks that go to the store in one message.
const BLOCKS_PER_MESSAGE: usize = 64;

fn pack_dirty(index: u32, shard: &mut Shard, to: &Sender<Vec<SavedBlock>>) {
    let mut raw = Vec::new();
    for blocks in shard.dirty_blocks().chunks(BLOCKS_PER_MESSAGE) {
        let pack_one = |block: &u32| {
            raw.clear();
            shard.encode_block(*block, &mut raw);
            (block_id(index, *block), pack(&raw))
        };
        // The receiver is gone only if the checkpoint failed, which is reported there.
        let _ = to.send(blocks.iter().map(pack_one).collect());
    }
    shard.mark_clean();
}

/// Loads a shard from the last checkpoint.
///
/// # Errors
/// If its blocks cannot be read or decoded.
pub fn load_shard(town: &Town, index: u32, store: &Store, now: VirtualTime) -> Result<Shard, RunError> {
    let blocks: Result<Vec<Vec<u8>>, _> = store
        .blocks_in(block_id(index, 0)..=block_id(index, u32::MAX))
        .map(|block| block.map(|(_, raw)| raw))
        .collect();
    Shard::load(town, index, now, blocks?).map_err(|e| RunError::Sim(e.to_string()))
}
