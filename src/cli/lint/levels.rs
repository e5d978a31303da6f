//! What the command line says of rules and of the inventory.

use super::args::LintArgs;
use crate::cli::exit::Failure;
use crate::cli::load::tell;
use crate::cli::options::Options;
use crate::cli::settings::refused;
use crate::cli::told;
use crate::diag::{Finding, Severity};
use crate::endpoint::Problem;
use crate::lint::{ALL, Levels, UnknownRule, find};
use crate::model::Origin;
use crate::settings::{RuleLevel, Told};
use std::path::Path;

/// The levels of all rules: those of the catalog, then of the file, then of the command line.
pub(super) fn levels(args: &LintArgs, options: &Options) -> Result<Levels, Failure> {
    let typed = typed(args)?;
    let all = options.told.settings.levels.iter().chain(&typed);
    Levels::new(args.strict, all).map_err(|unknown| unknown_in(&options.told, &unknown, options))
}

/// The levels that the catalog and the settings give.
pub(in crate::cli) fn levels_of_settings(options: &Options) -> Result<Levels, Failure> {
    let told = &options.told;
    Levels::new(false, told.settings.levels.iter())
        .map_err(|unknown| unknown_in(told, &unknown, options))
}

fn unknown_in(told: &told::Told, unknown: &[UnknownRule], options: &Options) -> Failure {
    let mut findings = Vec::new();
    for one in unknown {
        let name = &one.written.rule;
        let Some(span) = one.written.origin.span else {
            return unknown_rule(name).into();
        };
        let help = match one.near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`netpolc lint --list` lists all rules".to_owned(),
        };
        let message = format!("there is no rule `{name}`");
        let finding = Finding::error("unknown-rule", message).at(span, "");
        findings.push(finding.help(help));
    }
    tell(&told.sources, &findings, options);
    let place = findings.first().and_then(Finding::span);
    let name = place.map_or("", |span| told.sources.get(span.file).name());
    refused(&findings, Path::new(name))
}

/// The levels that were typed, those of `--only` last.
fn typed(args: &LintArgs) -> Result<Vec<RuleLevel>, Problem> {
    let levels = args.levels.iter().map(|text| level(text));
    let mut levels = levels.collect::<Result<Vec<_>, _>>()?;
    if args.only.is_empty() {
        return Ok(levels);
    }
    let mut only = Vec::new();
    for name in args.only.iter().flat_map(|names| names.split(',')) {
        only.push(find(name).ok_or_else(|| unknown_rule(name))?.code);
    }
    for rule in ALL {
        if !only.contains(&rule.code) {
            levels.push(entry(rule.code, None));
        } else if rule.strict {
            levels.push(entry(rule.code, Some(rule.level)));
        }
    }
    Ok(levels)
}

fn entry(rule: &str, level: Option<Severity>) -> RuleLevel {
    RuleLevel {
        rule: rule.into(),
        level,
        origin: Origin::default(),
    }
}

/// `RULE=LEVEL`.
fn level(text: &str) -> Result<RuleLevel, Problem> {
    let wrong = || {
        let problem = Problem::new(format!("`--level {text}` is not a level for a rule"));
        problem.help("write `--level RULE=LEVEL`; the levels are error, warning, note and off")
    };
    let (rule, word) = text.split_once('=').ok_or_else(wrong)?;
    let level = match word {
        "off" => None,
        word => Some(
            Severity::ALL
                .into_iter()
                .find(|it| it.name() == word)
                .ok_or_else(wrong)?,
        ),
    };
    Ok(entry(rule, level))
}

/// `complete`, `partial`, `none` or `complete=NAMESPACE,…`.
pub(super) fn inventory(text: &str) -> Result<Told, Problem> {
    let namespaces = text.strip_prefix("complete=");
    Ok(match (text, namespaces) {
        ("complete", _) => Told::Complete,
        ("partial", _) => Told::Partial,
        ("none", _) => Told::None,
        (_, Some(names)) if names.split(',').all(|name| !name.is_empty()) => {
            Told::CompleteIn(names.split(',').map(Into::into).collect())
        }
        _ => {
            let problem = Problem::new(format!("`--inventory {text}` is not valid"));
            return Err(
                problem.help("write complete, partial, none, or complete=NAMESPACE,NAMESPACE")
            );
        }
    })
}

/// What is said of a name that is no rule's.
pub(super) fn unknown_rule(name: &str) -> Problem {
    let problem = Problem::new(format!("there is no rule `{name}`"));
    problem.help(match UnknownRule::near(name) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`netpolc lint --list` lists all rules".to_owned(),
    })
}
