//! Registries by table: accepted sections, refused sections with their messages, and no secret in any of them.

use populace_sim::{Layers, VirtualTime};

use super::*;
use crate::config::KafkaOptions;
use crate::config::kafka::{KafkaPlan, plan};

const SECRET: &str = "hunter2-and-more";

fn around() -> Surroundings {
    let environment = vec![("PASSWORD".to_owned(), SECRET.to_owned())];
    Surroundings { environment, undecoded: Vec::new(), now: VirtualTime::from_seconds(1_767_225_600), terminal: false }
}

/// Returns the plan of a section `[kafka.registry]`, with the sink of that name.
fn of_section(sink: &str, section: &str) -> Result<KafkaPlan, UsageError> {
    let mut layers = Layers::new();
    layers.file("x.toml", &format!("[sink]\nkind = \"{sink}\"\n[kafka.registry]\n{section}"));
    let resolved = populace_wire::resolve(layers, around().now)?;
    plan(&resolved, &resolved.settings().expect("settings"), &KafkaOptions::default(), &around())
}

fn good(section: &str) -> Option<RegistryPlan> {
    of_section("kafka", section).expect(section).registry
}

fn refused(section: &str) -> String {
    let error = of_section("kafka", section).expect_err(section);
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    error.to_string()
}

#[test]
fn every_key_reaches_the_plan() {
    assert_eq!(good(""), None);
    let found = good(
        "url = \"https://h:8443/apis/ccompat/v7/\"\nusername = \"ann\"\npassword = \"env:PASSWORD\"\nca = \"own.pem\"\n\
         subject = \"topic-record\"\nauto_register = false\nschema_id = \"header\"\n",
    );
    let expected = RegistryPlan {
        url: "https://h:8443/apis/ccompat/v7".into(),
        login: Some(RegistryLogin { username: "ann".into(), password: Secret::new(SECRET) }),
        ca: Some("own.pem".into()),
        subject: SubjectNaming::TopicRecord,
        registration: Registration::Manual,
        schema_id: SchemaIdPlace::Header,
    };
    assert_eq!(found, Some(expected));
    assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
    let plain = good("url = \"http://[::1]:8081\"").expect("a registry");
    assert_eq!((plain.url.as_str(), plain.subject), ("http://[::1]:8081", SubjectNaming::Topic));
    assert_eq!((plain.registration, plain.schema_id), (Registration::Automatic, SchemaIdPlace::Prefix));
}

#[test]
fn what_is_wrong_is_said_with_the_key_and_the_remedy() {
    for (section, words) in [
        ("url = \"localhost:8081\"", ["kafka.registry.url", "http://localhost:8081"]),
        ("url = \"ftp://h\"", ["neither http nor https", "http://"]),
        ("url = \"http://:1\"", ["no address", "a host"]),
        ("url = \"http://h:99999\"", ["no address", "a host"]),
        ("url = \"http://h/?a=b\"", ["no address", "a host"]),
        ("url = \"http://ann:hunter2@h:1\"", ["an address with @", "kafka.registry.password"]),
        ("url = \"http://h\"\nsubject = \"topics\"", ["kafka.registry.subject", "did you mean `topic`"]),
        ("url = \"http://h\"\nschema_id = \"heder\"", ["kafka.registry.schema_id", "did you mean `header`"]),
        ("url = \"http://h\"\nusername = \"ann\"", ["kafka.registry.username", "give kafka.registry.password"]),
        ("url = \"http://h\"\npassword = \"hunter2\"", ["a password needs a user", "kafka.registry.username"]),
        ("username = \"ann\"\npassword = \"hunter2\"", ["no registry is named", "kafka.registry.url"]),
        ("url = \"http://h\"\nca = \"x.pem\"", ["an address without TLS", "https://"]),
        ("url = \"http://h\"\nusername = \"ann\"\npassword = \"env:GONE\"", ["kafka.registry.password", "GONE"]),
        ("ulr = \"http://h\"", ["kafka.registry.ulr", "url"]),
    ] {
        let said = refused(section);
        assert!(words.iter().all(|word| said.contains(word)), "{section}: {said}");
    }
}

#[test]
fn another_sink_needs_no_secret() {
    let section = "url = \"http://h\"\nusername = \"ann\"\npassword = \"env:GONE\"";
    assert!(of_section("files", section).is_ok());
}
