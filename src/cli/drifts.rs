//! The request of `populace drift`, from parsed arguments: blocks from options or a file, and the instant at which they
//! begin. Must not depend on: a world, which checks the blocks.

use super::grammar::{DriftCommand, DriftStartArgs};
use super::injection::when;
use super::requests::{DriftAction, DriftRequest, Form};
use crate::UsageError;
use crate::config::{Surroundings, Unread, data_dir, name_of, text_of};
use crate::ops::drifts::{DriftBlock, DriftStart, blocks_of, shipped_drifts, shipped_names_near};
use std::path::Path;

/// Returns the request.
pub(super) fn request(command: DriftCommand, around: &Surroundings) -> Result<DriftRequest, UsageError> {
    let (action, dir, json) = match command {
        DriftCommand::List(args) => (DriftAction::List, args.data_dir, args.json),
        DriftCommand::Start(args) => (DriftAction::Start(start(&args)?), args.data_dir, args.json),
        DriftCommand::Stop(args) => (DriftAction::Stop(args.ids), args.data_dir, args.json),
    };
    Ok(DriftRequest { data_dir: data_dir(dir.as_deref(), around), action, form: Form::json_if(json) })
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

fn blocks_of_file(file: &Path) -> Result<Vec<DriftBlock>, UsageError> {
    let text = text_of(file).map_err(|unread| match unread {
        Unread::Unfit(error) => error,
        Unread::Io(error) => UsageError::new(format!("failed to read the drifts {file:?}: {error}"))
            .help(format!("give a file of [[drift]] blocks; {}", shipped_names_near(&file.to_string_lossy()))),
    })?;
    blocks_of(&text).map_err(|why| {
        UsageError::new(format!("{}: {why}", name_of(file)))
            .help("give only [[drift]] blocks, as scenarios/drift-lockdown.toml does")
    })
}

/// Returns the block that the options describe.
fn block(args: &DriftStartArgs) -> Result<DriftBlock, UsageError> {
    let texts = [
        ("id", &args.id),
        ("key", &args.key),
        ("width", &args.width),
        ("length", &args.length),
        ("period", &args.period),
        ("region", &args.region),
        ("persona", &args.persona),
    ];
    let mut block = DriftBlock::default();
    block.set("kind", args.kind.as_deref().unwrap_or("sudden"));
    for (key, text) in texts {
        if let Some(text) = text {
            block.set(key, text.as_str());
        }
    }
    for (flag, key, text) in [("--to", "to", &args.to), ("--by", "factor", &args.by), ("--share", "share", &args.share)]
    {
        if let Some(text) = text {
            block.set(key, number(flag, text)?);
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
    use crate::ops::inject::When;
    use clap::Parser;
    use populace_sim::Span;
    use serde_json::json;

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
        assert_eq!(serde_json::to_value(&start.drifts[0]).expect("JSON"), block);
        assert_eq!((start.drifts.len(), start.when), (1, Some(When::After(Span::from_seconds(7_200)))));
        let start = asked("--key bank.fraud.rate --to 2").expect("fine");
        let block = serde_json::to_value(&start.drifts[0]).expect("JSON");
        assert_eq!((&block["kind"], &block["to"], start.when), (&json!("sudden"), &json!(2.0), None));
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
