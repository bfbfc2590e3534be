//! What `drift` asks for, from parsed arguments: blocks out of options or of a file, and when they begin. Knows no world,
//! so that what the blocks say is checked by whoever has one.

use super::grammar::{DriftCommand, DriftStartArgs};
use super::injection::when;
use super::requests::{DriftAsk, DriftRequest, DriftStart};
use crate::UsageError;
use crate::config::{Surroundings, Unread, data_dir, name_of, text_of};
use crate::ops::drifts::{Blocks, shipped_drifts};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The request, or what is wrong with the options.
pub(super) fn request(command: DriftCommand, around: &Surroundings) -> Result<DriftRequest, UsageError> {
    let (ask, dir, json) = match command {
        DriftCommand::List(args) => (DriftAsk::List, args.data_dir, args.json),
        DriftCommand::Start(args) => (DriftAsk::Start(start(&args)?), args.data_dir, args.json),
        DriftCommand::Stop(args) => (DriftAsk::Stop(args.ids), args.data_dir, args.json),
    };
    Ok(DriftRequest { data_dir: data_dir(dir.as_deref(), around), ask, json })
}

fn start(args: &DriftStartArgs) -> Result<DriftStart, UsageError> {
    let when = args.at.as_deref().map(when).transpose()?;
    let Some(file) = args.what.as_deref() else {
        return Ok(DriftStart { scenario: None, drifts: vec![block(args)?], when });
    };
    let shipped = file.to_str().filter(|name| !file.exists() && shipped_drifts(name).is_some());
    Ok(match shipped {
        Some(name) => DriftStart { scenario: Some(name.to_owned()), drifts: Vec::new(), when },
        None => DriftStart { scenario: None, drifts: blocks_of_file(file)?, when },
    })
}

fn blocks_of_file(file: &Path) -> Result<Vec<Map<String, Value>>, UsageError> {
    let text = text_of(file).map_err(|unread| match unread {
        Unread::Unfit(error) => error,
        Unread::Io(error) => UsageError::new(format!("cannot read the drifts {file:?}: {error}"))
            .help(format!("give a file of [[drift]] blocks, {}", Blocks::shipped_near(&file.to_string_lossy()))),
    })?;
    Blocks::of_text(&text).map_err(|why| {
        UsageError::new(format!("{}: {why}", name_of(file)))
            .help("give [[drift]] blocks alone, as scenarios/drift-lockdown.toml does")
    })
}

/// The block that the options make.
fn block(args: &DriftStartArgs) -> Result<Map<String, Value>, UsageError> {
    let texts = [
        ("id", &args.id),
        ("key", &args.key),
        ("width", &args.width),
        ("length", &args.length),
        ("period", &args.period),
        ("region", &args.region),
        ("persona", &args.persona),
    ];
    let mut block = Map::new();
    block.insert("kind".to_owned(), json!(args.kind.as_deref().unwrap_or("sudden")));
    for (key, text) in texts {
        block.extend(text.as_ref().map(|text| (key.to_owned(), json!(text))));
    }
    for (flag, key, text) in [("--to", "to", &args.to), ("--by", "factor", &args.by), ("--share", "share", &args.share)]
    {
        if let Some(text) = text {
            block.insert(key.to_owned(), json!(number(flag, text)?));
        }
    }
    Ok(block)
}

fn number(flag: &str, text: &str) -> Result<f64, UsageError> {
    let number = text.replace('_', "").parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| UsageError::new(format!("{flag}: {text:?} must be a number, as in 0.02")))
}

#[cfg(test)]
mod tests {
    use super::super::grammar::{Cli, Command};
    use super::*;
    use crate::When;
    use clap::Parser;
    use populace_sim::Span;

    fn asked(line: &str) -> Result<DriftStart, UsageError> {
        let words = ["populace", "drift", "start"].into_iter().chain(line.split_whitespace());
        let Command::Drift(DriftCommand::Start(args)) = Cli::try_parse_from(words).expect("parses").command else {
            panic!("drift start")
        };
        start(&args)
    }

    #[test]
    fn options_make_a_block() {
        let start = asked("--key shop.conversion --by 0.5 --kind blip --length 2d --share 0.3 --at +2h").expect("fine");
        let block = json!({"key": "shop.conversion", "factor": 0.5, "kind": "blip", "length": "2d", "share": 0.3});
        assert_eq!(Value::Object(start.drifts[0].clone()), block);
        assert_eq!((start.drifts.len(), start.when), (1, Some(When::After(Span::from_seconds(7_200)))));
        let start = asked("--key bank.fraud.rate --to 2").expect("fine");
        assert_eq!(
            (&start.drifts[0]["kind"], &start.drifts[0]["to"], start.when),
            (&json!("sudden"), &json!(2.0), None)
        );
        for (line, named) in [("--key a --to NaN", "--to"), ("--key a --by much", "--by"), ("--key a --at -2h", "--at")]
        {
            assert!(asked(line).expect_err(line).to_string().contains(named), "{line}");
        }
    }

    #[test]
    fn names_are_of_shipped_drifts_and_files_of_blocks() {
        for name in ["lockdown", "drift-lockdown"] {
            assert_eq!(asked(name).expect("shipped").scenario.as_deref(), Some(name));
        }
        let error = asked("lokdown").expect_err("no such file").to_string();
        assert!(error.contains("`lockdown`"), "{error}");
        let error = asked("scenarios/quick-look.toml").expect_err("no drifts").to_string();
        assert!(error.contains("[[drift]]"), "{error}");
        assert_eq!(asked("scenarios/drift-lockdown.toml").expect("blocks").drifts.len(), 6);
    }
}
