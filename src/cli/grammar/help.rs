//! What the help of some commands says after their options. Knows no option's meaning.

pub(super) const FORKS: &str = "The new world has the people, the past and the random numbers of the old one, and an output of its \
    own that begins at the fork's instant: `populace run --data-dir B` goes on from there. Without --set and --drift the \
    two stay equal byte for byte. Of a drift file the [[drift]] blocks are taken; what is relative in them counts from the \
    fork's instant, and nothing in them may act before it. Where the old world writes to Kafka, --topic-prefix is needed.";

pub(super) const REBUILDING: &str = "--rebuild-progress reads the topics, lives the world again as far as they go and compares every \
    record; it writes the progress only where all agree, and says what it wrote. The world must not run, here or as a copy: \
    the next run is then the only writer. Topics that were written with kafka.delivery = at-least-once may repeat records: \
    set POPULACE_KAFKA_DELIVERY=at-least-once.";

pub(super) const REALISM_SOURCES: &str = "Without --data-dir, --out and --sink a world is lived in memory: 5,000 people from \
    2025-01-01 for a year, unless the options say otherwise. Files and topics need the extra fields channel, \
    highway_share and is_bot. Topics are read to their end at the start, committed records only. Exit code 1 when a \
    check is outside its band or had too little to look at.";
