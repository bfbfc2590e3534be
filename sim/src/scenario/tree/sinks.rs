//! `[[sink]]` blocks, one for each of several sinks: `kind`, the span as `from` or `until`, and the keys of the section of
//! that kind. They are another spelling of `sink.kind`, `sink.seam` and those sections.
//! Must not depend on: the kinds of sinks.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::leaf::Leaf;
use super::super::problem::{Origin, Problem};
use super::Walk;

const HELP: &str = "write [[sink]] with kind = \"files\" and until = \"live\", and [[sink]] with kind = \"kafka\" and from = \
                    \"live\"; without until and from each holds all records";

/// The keys of a block that are not keys of its kind's section.
const KIND: &str = "kind";
const FROM: &str = "from";
const UNTIL: &str = "until";

/// A block: its kind, and the ends of its span.
#[derive(Default)]
struct Block {
    kind: String,
    from: Option<String>,
    until: Option<String>,
}

impl Walk<'_> {
    /// Reads the blocks.
    pub(super) fn sinks(&mut self, blocks: &[Spanned<DeValue<'_>>], place: &Origin) {
        let mut read = Vec::with_capacity(blocks.len());
        for block in blocks {
            let place = (self.origin)(block.span().start);
            match block.get_ref() {
                DeValue::Table(table) => read.extend(self.sink(table, &place)),
                _ => return self.bad_sinks("`sink` must be a section or a list of [[sink]] tables".to_owned(), &place),
            }
        }
        if read.len() == blocks.len() {
            self.state_sinks(&read, place);
        }
    }

    /// Reads a block, and states the keys of its kind's section.
    fn sink(&mut self, table: &DeTable<'_>, place: &Origin) -> Option<Block> {
        let text = |key: &str| match table.iter().find(|(name, _)| name.get_ref() == key)?.1.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        };
        let Some(kind) = text(KIND) else {
            self.bad_sinks("this [[sink]] has no kind".to_owned(), place);
            return None;
        };
        for (key, value) in table.iter().filter(|(key, _)| ![KIND, FROM, UNTIL].contains(&key.get_ref().as_ref())) {
            self.entry(&format!("{kind}.{}", key.get_ref()), &(self.origin)(key.span().start), value);
        }
        Some(Block { from: text(FROM), until: text(UNTIL), kind })
    }

    fn state_sinks(&mut self, blocks: &[Block], place: &Origin) {
        let kinds: Vec<&str> = blocks.iter().map(|block| block.kind.as_str()).collect();
        self.state("sink.kind", Leaf::Text(kinds.join("+")), place);
        let seam = match blocks {
            [Block { from: None, until, .. }, Block { from, until: None, .. }] if from == until => from.clone(),
            all if all.iter().all(|block| block.from.is_none() && block.until.is_none()) => None,
            _ => {
                let what = "the spans of the [[sink]] blocks leave a gap or overlap: `until` of the first must be `from` of \
                            the second";
                return self.bad_sinks(what.to_owned(), place);
            }
        };
        seam.into_iter().for_each(|seam| self.state("sink.seam", Leaf::Text(seam), place));
    }

    fn bad_sinks(&mut self, what: String, place: &Origin) {
        self.found.problems.push(Problem::new("sink", place, what).help(HELP));
    }
}
