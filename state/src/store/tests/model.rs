//! Random histories of checkpoints, crashes and full disks on a failing keyspace, against a model in memory:
//! always exactly one whole checkpoint is visible.

use proptest::prelude::*;

use super::*;
use crate::keyspace::memory::Fault;

#[derive(Debug, Clone)]
enum End {
    Commit,
    Drop,
    /// The writing call after `after` others fails permanently and the process ends; some unflushed batches reach the
    /// disk.
    Break {
        after: u32,
        kept: usize,
    },
    /// The disk is full for one writing call.
    Refuse {
        after: u32,
    },
}

/// The blocks that a checkpoint puts and, of the others, those that it removes.
#[derive(Debug, Clone)]
struct Changes {
    put: Vec<u64>,
    removed: Vec<u64>,
}

#[derive(Debug, Clone)]
enum Step {
    Checkpoint { change: Changes, salt: u64, end: End },
    Command(Vec<u8>),
    Reopen,
    Crash { kept: usize },
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        3 => Just(End::Commit),
        1 => Just(End::Drop),
        3 => (0..9_u32, 0..6_usize).prop_map(|(after, kept)| End::Break { after, kept }),
        1 => (0..9_u32).prop_map(|after| End::Refuse { after }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let ids = proptest::collection::btree_set(0..200_u64, 0..170);
    let removed = proptest::collection::btree_set(0..200_u64, 0..40);
    prop_oneof![
        6 => (ids, removed, 0..1_000_u64, end()).prop_map(|(ids, removed, salt, end)| {
            let removed = removed.difference(&ids).copied().collect();
            Step::Checkpoint { change: Changes { put: ids.into_iter().collect(), removed }, salt, end }
        }),
        1 => proptest::collection::vec(any::<u8>(), 0..20).prop_map(Step::Command),
        1 => Just(Step::Reopen),
        1 => (0..6_usize).prop_map(|kept| Step::Crash { kept }),
    ]
}

/// The blocks that a checkpoint puts, and those that it removes.
type Dirty = (World, Vec<u64>);

fn change_blocks(store: &Store, number: u64, (put, removed): &Dirty) -> Result<(), StateError> {
    let mut writer = store.checkpoint(number)?;
    for (&id, raw) in put {
        writer.put(BlockId(id), pack(raw))?;
    }
    for &id in removed {
        writer.remove(BlockId(id))?;
    }
    writer.commit(&number.to_le_bytes())
}

#[derive(Default)]
struct Model {
    head: Option<u64>,
    world: World,
    commands: Vec<Vec<u8>>,
}

struct Run {
    keyspace: MemoryKeyspace,
    store: Store,
    model: Model,
}

impl Run {
    fn new() -> Self {
        let keyspace = MemoryKeyspace::new();
        let store = over(&keyspace).unwrap();
        Self { keyspace, store, model: Model::default() }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Checkpoint { change, salt, end } => self.checkpoint(&change, salt, &end),
            Step::Command(bytes) => {
                let sequence = self.store.append_command(&bytes).unwrap();
                self.model.commands.push(bytes);
                assert_eq!(sequence, self.model.commands.len() as u64);
            }
            Step::Reopen => self.store = over(&self.keyspace).unwrap(),
            Step::Crash { kept } => self.crash(kept),
        }
        self.check();
    }

    fn crash(&mut self, kept: usize) {
        self.keyspace.crash(kept);
        self.store = over(&self.keyspace).unwrap();
    }

    fn checkpoint(&mut self, change: &Changes, salt: u64, end: &End) {
        let number = self.model.head.map_or(0, |head| head + 1);
        let put: World = change.put.iter().map(|&id| (id, contents(id, number, salt))).collect();
        let dirty = (put, change.removed.clone());
        match *end {
            End::Commit => {
                change_blocks(&self.store, number, &dirty).unwrap();
                self.adopt(number, dirty);
            }
            End::Drop => {
                let mut writer = self.store.checkpoint(number).unwrap();
                dirty.0.iter().for_each(|(&id, raw)| writer.put(BlockId(id), pack(raw)).unwrap());
                dirty.1.iter().for_each(|&id| writer.remove(BlockId(id)).unwrap());
            }
            End::Break { after, kept } => self.break_in(number, dirty, after, kept),
            End::Refuse { after } => {
                self.keyspace.set_fault(Fault::RefuseAfter(after));
                let written = change_blocks(&self.store, number, &dirty);
                self.keyspace.set_fault(Fault::Never);
                self.after_refusal(number, dirty, written);
            }
        }
    }

    fn break_in(&mut self, number: u64, dirty: Dirty, after: u32, kept: usize) {
        self.keyspace.set_fault(Fault::BreakAfter(after));
        let written = change_blocks(&self.store, number, &dirty);
        if written.is_err() {
            assert!(matches!(self.store.append_command(b""), Err(StateError::Poisoned { .. })));
        }
        self.crash(kept);
        let shown = self.store.head().unwrap().map(|head| head.number);
        assert!(written.is_err() || shown == Some(number), "a committed checkpoint was lost");
        if shown == Some(number) {
            self.adopt(number, dirty);
        }
    }

    /// Writes the checkpoint again if it was refused: at once before its head, after a restart at the head.
    fn after_refusal(&mut self, number: u64, dirty: Dirty, written: Result<(), StateError>) {
        if written.is_err() {
            if self.store.check_poison().is_err() {
                self.crash(0);
            }
            change_blocks(&self.store, number, &dirty).unwrap();
        }
        self.adopt(number, dirty);
    }

    fn adopt(&mut self, number: u64, (put, removed): Dirty) {
        self.model.head = Some(number);
        self.model.world.extend(put);
        self.model.world.retain(|id, _| !removed.contains(id));
    }

    fn check(&self) {
        let (store, model) = (&self.store, &self.model);
        let head = store.head().unwrap();
        assert_eq!(head.as_ref().map(|head| head.number), model.head);
        assert_eq!(head.map(|head| head.meta), model.head.map(|number| number.to_le_bytes().to_vec()));
        assert!(blocks(store) == model.world, "the blocks differ from the model");
        let commands: Vec<_> = store.commands().unwrap().into_iter().map(|(_, bytes)| bytes).collect();
        assert_eq!(commands, model.commands);
        assert!(self.keyspace.largest_value() <= PART_BYTES);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn always_exactly_one_whole_checkpoint_is_visible(steps in proptest::collection::vec(step(), 1..14)) {
        let mut run = Run::new();
        steps.into_iter().for_each(|step| run.take(step));
    }
}
