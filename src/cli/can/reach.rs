//! What one end reaches, or who reaches it, folded as the matrix is.

use super::args::CanArgs;
use super::ends::One;
use crate::cli::exit::{Exit, Failure};
use crate::cli::hidden;
use crate::cli::load::{Loaded, load};
use crate::cli::matrix;
use crate::cli::options::{Beside, Options};
use crate::cli::output;
use crate::cli::with::tell_applied;
use crate::endpoint::{Asked, Problem, Role, resolve};
use crate::query::narrow::Narrowing;
use crate::render::json::write_listing;
use crate::render::text::Reached;
use crate::render::visible;

/// Lists.
pub(super) fn run(args: &CanArgs, one: &One, mut options: Options) -> Result<Exit, Failure> {
    options.beside = Beside::Nothing;
    let ends = [&one.source, &one.destination].into_iter().flatten();
    options.asked = ends.map(|end| end.reference.clone()).collect();
    let mut loaded = load(&options)?;
    loaded.add_controllers(&args.controllers, &options);
    let cluster = &loaded.cluster;
    let scoped = |asked: &Option<_>, role| {
        let asked = asked.clone();
        asked
            .map(|asked| args.scope.within(cluster, asked, role))
            .transpose()
    };
    let narrowing = Narrowing {
        from: scoped(&one.source, Role::Source)?,
        to: scoped(&one.destination, Role::Destination)?,
        port: one.port.clone(),
        ..Narrowing::default()
    };
    let excuse = |it: Problem| hidden::excuse(it.into(), cluster, &options);
    matrix::refuse_portless(&narrowing)?;
    let filter = narrowing.resolve(cluster, &options.namespace);
    let filter = filter.map_err(|problem| match problem.help {
        Some(_) => excuse(problem),
        None => excuse(problem.help("ask about both ends: `netpolc can SRC DST`")),
    })?;
    tell_applied(loaded.applied.as_ref(), &loaded.sources, &options);
    let listing = matrix::listing(&loaded, cluster, &filter, &options);
    if !options.quiet {
        let own = filter.notes.iter().map(|note| format!("note: {note}"));
        for note in matrix::notes(cluster).into_iter().chain(own) {
            output::note(&visible(&note));
        }
    }
    let exit = if listing.is_open() {
        Exit::Undecided
    } else {
        Exit::Yes
    };
    let Some(style) = args.output.style() else {
        if !options.quiet {
            let titles = titles(&narrowing, &loaded, &options)?;
            let teller = loaded.teller(&options);
            output::answer(&teller.reach(&titles, &listing))?;
        }
        return Ok(exit);
    };
    output::data(|out| write_listing(&listing, style, out))?;
    Ok(exit)
}

/// How to call the ends that are named.
fn titles(narrowing: &Narrowing, loaded: &Loaded, options: &Options) -> Result<Reached, Problem> {
    let title = |asked: &Option<Asked>, role| {
        let asked = asked.as_ref();
        let found =
            asked.map(|asked| resolve(&loaded.cluster, &asked.reference, &options.namespace, role));
        let found = found.transpose()?;
        Ok::<_, Problem>(found.map(|party| party.title))
    };
    Ok(match title(&narrowing.from, Role::Source)? {
        Some(title) => Reached::From(title),
        None => Reached::To(title(&narrowing.to, Role::Destination)?.unwrap_or_default()),
    })
}
