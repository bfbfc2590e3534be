use super::*;
use populace_sim::{PersonId, Town};

/// The meaning of a combination of options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Meaning {
    Episode,
    Campaign,
    Transaction,
    Refused(InjectField),
}

/// The name of a kind, the options beside it, and their meaning.
type Row = (&'static str, &'static [(InjectField, &'static str)], Meaning);

/// Combinations of options and their meaning, which is the same on the command line and over HTTP.
pub(crate) const TABLE: [Row; 26] = {
    use InjectField::{Amount, Count, Region, User, Victims, Within};
    use Meaning::{Campaign, Episode, Refused, Transaction};
    [
        ("card-testing", &[], Campaign),
        ("mule-ring", &[], Campaign),
        ("skimmed-merchant", &[], Campaign),
        ("card-testing", &[(Region, "tokyo")], Campaign),
        ("mule-ring", &[(Region, "tokyo")], Campaign),
        ("card-testing", &[(Count, "5")], Episode),
        ("card-testing", &[(User, "x")], Episode),
        ("card-testing", &[(Victims, "3")], Campaign),
        ("stolen-card", &[(Victims, "9")], Campaign),
        ("velocity", &[(User, "x"), (Count, "10"), (Within, "300")], Episode),
        ("velocity", &[(Victims, "3"), (Region, "tokyo")], Campaign),
        ("transaction", &[(User, "x"), (Amount, "4.20")], Transaction),
        ("velocity", &[], Refused(User)),
        ("velocity", &[(Victims, "0")], Refused(Victims)),
        ("velocity", &[(Victims, "10001")], Refused(Victims)),
        ("velocity", &[(User, "x"), (Victims, "4")], Refused(User)),
        ("velocity", &[(Count, "3"), (Victims, "4")], Refused(Count)),
        ("velocity", &[(User, "x"), (Region, "tokyo")], Refused(Region)),
        ("velocity", &[(User, "x"), (Amount, "4")], Refused(Amount)),
        ("velocity", &[(User, "x"), (Count, "0")], Refused(Count)),
        ("mule-ring", &[(Count, "5")], Refused(User)),
        ("transaction", &[(Amount, "4")], Refused(User)),
        ("transaction", &[(User, "x")], Refused(Amount)),
        ("transaction", &[(User, "x"), (Amount, "4"), (Count, "2")], Refused(Count)),
        ("transaction", &[(User, "x"), (Amount, "4"), (Within, "300")], Refused(Within)),
        ("transaction", &[(User, "x"), (Amount, "4"), (Victims, "2")], Refused(Victims)),
    ]
};

/// Returns the meaning of a validated injection or of its error.
pub(crate) fn meaning(injection: &Result<Injection, InjectError>) -> Meaning {
    match injection {
        Ok(Injection::Episode { .. }) => Meaning::Episode,
        Ok(Injection::Campaign { .. }) => Meaning::Campaign,
        Ok(Injection::Transaction { .. }) => Meaning::Transaction,
        Err(
            InjectError::Required { field, .. }
            | InjectError::NotAllowed { field, .. }
            | InjectError::OutOfRange { field, .. },
        ) => Meaning::Refused(*field),
        Err(other) => panic!("{other}"),
    }
}

fn options(kind: &str, fields: &[(InjectField, &str)]) -> InjectOptions {
    let text = |field| fields.iter().find(|(one, _)| *one == field).map(|(_, text)| (*text).to_owned());
    let number = |field| text(field).map(|text: String| text.parse().expect("a number"));
    InjectOptions {
        kind: InjectKind::parse(kind).expect("a kind"),
        user: text(InjectField::User),
        amount: text(InjectField::Amount),
        count: number(InjectField::Count),
        within_seconds: number(InjectField::Within),
        victims: number(InjectField::Victims),
        region: text(InjectField::Region),
    }
}

#[test]
fn options_mean_an_episode_a_campaign_or_a_transaction() {
    for (kind, fields, wanted) in TABLE {
        assert_eq!(meaning(&options(kind, fields).validate()), wanted, "{kind} {fields:?}");
    }
}

#[test]
fn kinds_have_names() {
    for kind in InjectKind::all() {
        assert_eq!(InjectKind::parse(kind.name()), Some(kind));
        assert_eq!(serde_json::to_value(kind).expect("plain data"), kind.name());
        assert_eq!(serde_json::from_value::<InjectKind>(kind.name().into()).expect("a kind"), kind);
    }
}

#[test]
fn commands_of_the_control_socket_are_checked() {
    let rules = "[world]\npeople = 10\nstart = \"2026-01-01T00:00:00+00:00\"";
    let town = Town::build(&populace_wire::scenario_from_toml("test", rules).expect("valid")).expect("a town");
    let checked = |person, minor| {
        let command = Command::Transaction { number: 0, person: PersonId(person), minor, start: None };
        check_command(&town, town.start(), &command)
    };
    assert_eq!(checked(9, 1_000_000_000), Ok(()));
    assert!(checked(10, 5).expect_err("there is no such person").to_string().contains("no person 10"));
    for minor in [0, 1_000_000_001] {
        assert!(checked(3, minor).expect_err("out of range").to_string().contains("out of range"));
    }
}
