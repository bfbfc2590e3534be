//! Texts that many records have in common, kept with the number that determines them. Must not depend on: topics, formats.

/// The number of texts that are kept.
const COUNT: u64 = 256;
/// The length of the longest text that is kept, and of what is copied always, the length of most texts, in bytes.
const LONGEST: usize = 176;
const HEAD: usize = 144;

/// The texts, each at the place that the lowest bits of its number give.
#[derive(Debug, Default)]
pub struct KeptTexts(Vec<KeptText>);

/// A text and its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeptText {
    number: u64,
    /// The length of the text, which is zero where there is none.
    len: usize,
    bytes: [u8; LONGEST],
}

impl KeptTexts {
    /// Returns the text with a number, if it is kept.
    #[inline(always)]
    pub(super) fn get(&self, number: u64) -> Option<&KeptText> {
        self.0.get((number % COUNT) as usize).filter(|text| text.number == number && text.len > 0)
    }

    /// Keeps a text in place of another, unless it is too long.
    #[cold]
    #[inline(never)]
    pub(super) fn keep(&mut self, number: u64, text: &[u8]) {
        self.0.resize(COUNT as usize, KeptText { number: 0, len: 0, bytes: [0; LONGEST] });
        if text.len() <= LONGEST {
            let kept = &mut self.0[(number % COUNT) as usize];
            (kept.number, kept.len) = (number, text.len());
            kept.bytes[..text.len()].copy_from_slice(text);
        }
    }
}

impl KeptText {
    /// Writes the text and returns its length.
    #[inline(always)]
    pub fn write(&self, to: &mut [u8; LONGEST]) -> usize {
        to[..HEAD].copy_from_slice(&self.bytes[..HEAD]);
        if self.len > HEAD {
            to[HEAD..].copy_from_slice(&self.bytes[HEAD..]);
        }
        self.len
    }
}
