//! The reason why Kafka refuses a topic name, by the rules of brokers. Pure. Must not depend on: a broker.

use crate::config::collide;

/// The maximum length of a topic name.
const LONGEST: usize = 249;

/// Returns the reason why a broker with the topics `others` refuses this name.
pub(super) fn invalid_reason<'a>(name: &str, mut others: impl Iterator<Item = &'a str>) -> String {
    let stranger = name.chars().find(|letter| !(letter.is_ascii_alphanumeric() || "._-".contains(*letter)));
    if let Some(stranger) = stranger {
        return format!("{stranger:?} is none of the letters a-z A-Z 0-9 . _ -");
    }
    if name.len() > LONGEST {
        return format!("it has {} letters, and Kafka allows {LONGEST}", name.len());
    }
    if matches!(name, "" | "." | "..") {
        return "Kafka has no topic that is called by dots alone".to_owned();
    }
    match others.find(|other| *other != name && collide(other, name)) {
        Some(other) => format!("it collides with the topic {other:?}, for Kafka takes `.` and `_` as the same"),
        None => "the broker has a rule of its own for names (create.topic.policy.class.name)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told() {
        let why = |name: &str| invalid_reason(name, ["town.trips", "a_b"].into_iter());
        assert!(why("a b").contains("' '"), "{}", why("a b"));
        assert!(why(&"x".repeat(250)).contains("250 letters, and Kafka allows 249"));
        assert!(why("..").contains("dots"));
        assert!(why("town_trips").contains("collides with the topic \"town.trips\""));
        assert!(why("a_b").contains("a rule of its own"));
    }
}
