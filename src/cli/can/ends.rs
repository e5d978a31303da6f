//! Which ends a question names, and on which port.

use super::args::CanArgs;
use crate::cli::options::Options;
use crate::endpoint::{Asked, AskedPort, Problem, grammar};
use crate::query::{Mode, Question};

/// What is asked.
pub(super) enum Ends {
    /// Whether one reaches the other.
    Both(Question),
    /// What one reaches, or who reaches it.
    One(One),
}

/// A question with one end.
pub(super) struct One {
    /// From whom.
    pub(super) source: Option<Asked>,
    /// To whom.
    pub(super) destination: Option<Asked>,
    /// On which port alone.
    pub(super) port: Option<AskedPort>,
}

/// The ends that are named.
pub(super) fn ends(args: &CanArgs, options: &Options) -> Result<Ends, Problem> {
    let parse = |text: &Option<String>| text.as_deref().map(grammar::parse).transpose();
    let (source, destination) = match args.scope.selected(options) {
        None => (
            parse(&args.source)?,
            parse(&args.destination)?.or(parse(&args.to)?),
        ),
        Some(_) if args.destination.is_some() => {
            return Err(Problem::new("`-l` names the source, and SRC does so too")
                .help("give DST alone: `netpolc can -l app=web DST:PORT`"));
        }
        Some(selected) => {
            if args.source.is_some() && args.to.is_some() {
                return Err(Problem::new("`-l` names the source, and SRC does so too")
                    .help("give `-l` or SRC"));
            }
            (Some(selected), parse(&args.source)?.or(parse(&args.to)?))
        }
    };
    let port = args.port.as_deref();
    match (source, destination) {
        (Some(source), Some(destination)) => {
            let mode = if args.any { Mode::Any } else { Mode::All };
            Ok(Ends::Both(question(source, destination, port, mode)?))
        }
        (source, destination) => {
            if args.any || args.probe {
                let flag = if args.any { "--any" } else { "--probe" };
                return Err(
                    Problem::new(format!("`{flag}` needs a source and a destination"))
                        .help("write `netpolc can SRC DST:PORT`"),
                );
            }
            Ok(Ends::One(One {
                source,
                destination,
                port: port.map(grammar::parse_port).transpose()?,
            }))
        }
    }
}

/// A question about both ends.
pub(in crate::cli) fn question(
    source: Asked,
    mut destination: Asked,
    port: Option<&str>,
    mode: Mode,
) -> Result<Question, Problem> {
    if let Some(port) = port {
        let port = grammar::parse_port(port)?;
        if destination
            .port
            .as_ref()
            .is_some_and(|other| *other != port)
        {
            return Err(
                Problem::new("DST and `--port` name different ports").help("give the port once")
            );
        }
        destination.port = Some(port);
    }
    Ok(Question {
        source,
        destination,
        mode,
    })
}
