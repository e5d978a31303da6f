//! `man`: the manual pages, for whoever packages the command.

use super::exit::{Exit, Failure};
use super::output;
use crate::endpoint::Problem;
use clap::{Args, Command};
use clap_mangen::Man;

/// Print a manual page: of the command, or of one of its verbs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  netpolc man > netpolc.1
  netpolc man can > netpolc-can.1")]
pub(super) struct ManArgs {
    /// The verb; of those of two words, both
    #[arg(value_name = "VERB")]
    verb: Vec<String>,
}

/// Prints the page.
pub(super) fn run(args: &ManArgs, mut command: Command) -> Result<Exit, Failure> {
    // Names of verbs are known from here on.
    command.build();
    let mut shown = &command;
    for word in &args.verb {
        shown = shown.find_subcommand(word).ok_or_else(|| {
            Problem::new(format!("no verb `{}`", args.verb.join(" ")))
                .help("`netpolc --help` lists them")
        })?;
    }
    let page = Man::new(shown.clone());
    let mut text = Vec::new();
    let written = page.render(&mut text);
    written.map_err(|error| Problem::new(format!("cannot write the page: {error}")))?;
    output::data(|out| out.write_all(&text))?;
    Ok(Exit::Yes)
}
