//! One matrix, one content: every format, read back, holds the same connections, and those are what
//! the point evaluator says of each pair.

mod readers;

use super::random::failing::{Checked, Failure, on_clusters};
use super::random::{self, Choices};
use netpolc::compile::{End, Matrix, connections};
use netpolc::model::{Cluster, Count, Pod, PodNature};
use netpolc::net::{AddressSet, ConnSet};
use netpolc::query::filter::{By, Filter, Selection};
use netpolc::query::listing::Listing;
use netpolc::render::MatrixFormat;
use netpolc::render::matrix::Extent;
use readers::{Legend, Line, Refined, boundaries, read, refine};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Everything, and a table in which nothing is cut.
const WHOLE: Extent = Extent {
    width: usize::MAX,
    whole: true,
    ranges: true,
};

/// A filter, drawn.
fn filter(choices: &mut Choices<'_>, cluster: &Cluster) -> Filter {
    let mut some = || {
        (choices.below(3) == 2).then(|| Selection {
            pods: cluster
                .pods
                .ids()
                .filter(|_| choices.below(2) == 1)
                .collect(),
            addresses: match choices.below(3) {
                0 => AddressSet::none(),
                1 => random::block(choices).addresses(),
                _ => AddressSet::all(),
            },
        })
    };
    let (from, to) = (some(), some());
    let by = [By::Workload, By::Pod, By::Namespace][choices.below(3)];
    let namespaces: Vec<_> = cluster.namespaces.ids().collect();
    let namespace = namespaces.get(choices.below(2 * namespaces.len()));
    Filter {
        notes: Vec::new(),
        from,
        to,
        namespace: namespace.copied(),
        labels: (choices.below(4) == 3).then(|| random::selector(choices)),
        connections: None,
        by,
    }
}

fn written(format: MatrixFormat, listing: &Listing) -> String {
    let mut out = Vec::new();
    let written = format.write(listing, WHOLE, &mut out);
    written.expect("memory is writable");
    String::from_utf8(out).expect("text")
}

/// What every format says, cut at the same addresses.
fn all_formats(listing: &Listing) -> Vec<(MatrixFormat, Refined)> {
    let legend = Legend::of(&written(MatrixFormat::Json, listing));
    let lines: Vec<(MatrixFormat, Vec<Line>)> = MatrixFormat::ALL
        .into_iter()
        .map(|format| (format, read(format, &written(format, listing), &legend)))
        .collect();
    let cuts = boundaries(lines.iter().flat_map(|(_, lines)| lines));
    let refined = lines.into_iter();
    refined
        .map(|(format, lines)| (format, refine(&lines, &cuts)))
        .collect()
}

#[test]
fn every_format_holds_the_same_connections() {
    on_clusters(super::config(), super::draw, |drawn| {
        let cluster = drawn.cluster();
        let filter = filter(&mut Choices::new(&drawn.words), &cluster);
        let listing = Listing::new(&cluster, &mut Matrix::new(&cluster), &filter);
        let all = all_formats(&listing);
        let (_, first) = all.first().expect("a format");
        for (format, content) in &all {
            let (more, less): (Vec<_>, Vec<_>) = (
                content.difference(first).collect(),
                first.difference(content).collect(),
            );
            if !more.is_empty() || !less.is_empty() {
                return Err(formats_differ(*format, &more, &less, &filter));
            }
        }
        if filter.by != By::Workload {
            as_point_by_point(&cluster, &filter, first)?;
        }
        Ok(())
    });
}

/// What a format says that the first one does not, in lines.
fn formats_differ(
    format: MatrixFormat,
    more: &[&Line],
    less: &[&Line],
    filter: &Filter,
) -> Failure {
    let lines = |sign: char, lines: &[&Line]| {
        let lines = lines.iter().map(|line| format!("  {sign} {line}\n"));
        lines.collect::<String>()
    };
    let first = MatrixFormat::ALL.first().expect("a format");
    let said = format!(
        "the matrix (src/render) says something else as {} (+) than as {} (-), where it is about {}:\n{}{}",
        format.name(),
        first.name(),
        about(filter),
        lines('+', more),
        lines('-', less)
    );
    Failure::new(said)
        .shown_by(format!("matrix -o {}", format.name()))
        .shown_by(format!("matrix -o {}", first.name()))
}

/// What is asked for, in words.
fn about(filter: &Filter) -> String {
    let some = |selection: &Option<Selection>| match selection {
        None => "everyone".to_owned(),
        Some(it) => format!("{} pods and some addresses", it.pods.len()),
    };
    let namespace = match filter.namespace {
        None => "",
        Some(_) => ", in one namespace",
    };
    let (from, to) = (some(&filter.from), some(&filter.to));
    format!("flows from {from} to {to}{namespace}, by {:?}", filter.by)
}

/// Who stands at an end of a line, and whether a filter takes it there.
struct Standing<'a> {
    end: End<'a>,
    pod: Option<&'a Pod>,
    name: String,
    from: bool,
    to: bool,
    inside: bool,
}

fn standing<'a>(cluster: &'a Cluster, filter: &Filter) -> Vec<Standing<'a>> {
    let has = |selection: &Option<Selection>, test: &dyn Fn(&Selection) -> bool| {
        selection.as_ref().is_none_or(test)
    };
    let mut all = Vec::new();
    for (id, pod) in cluster.pods.iter() {
        let namespace = cluster.namespaces.at(pod.namespace);
        all.push(Standing {
            end: End::Pod(pod),
            pod: Some(pod),
            name: match filter.by {
                By::Namespace => namespace.name.to_string(),
                By::Pod | By::Workload => match pod.nature {
                    PodNature::StandIn => cluster.endpoint_name(pod),
                    _ => format!("{}[Pod]", cluster.pod_name(pod)),
                },
            },
            from: has(&filter.from, &|selection| selection.pods.contains(&id)),
            to: has(&filter.to, &|selection| selection.pods.contains(&id)),
            inside: filter.namespace.is_none_or(|id| id == pod.namespace)
                && filter
                    .labels
                    .as_ref()
                    .is_none_or(|it| it.matches(&pod.labels)),
        });
    }
    for text in random::OUTSIDE {
        let address: IpAddr = text.parse().expect("an address");
        let inside = |selection: &Selection| selection.addresses.contains(address);
        all.push(Standing {
            end: End::Address(address),
            pod: None,
            name: text.to_owned(),
            from: has(&filter.from, &inside),
            to: has(&filter.to, &inside),
            inside: filter.namespace.is_none() && filter.labels.is_none(),
        });
    }
    all
}

/// Whether lines are what the point evaluator says of every pair. IPv6 may be left out of both.
fn as_point_by_point(cluster: &Cluster, filter: &Filter, lines: &Refined) -> Checked {
    let all = standing(cluster, filter);
    let mut expected: BTreeMap<(&str, &str), ConnSet> = BTreeMap::new();
    for from in &all {
        for to in &all {
            let asked = from.from && to.to && (from.inside || to.inside);
            let both_outside = from.pod.is_none() && to.pod.is_none();
            // S52, S53: what is one pod has no connection to itself.
            let itself = from
                .pod
                .zip(to.pod)
                .is_some_and(|(a, b)| std::ptr::eq(a, b));
            let alone = itself && from.pod.is_some_and(|pod| pod.count == Count::ONE);
            if !asked || both_outside || alone {
                continue;
            }
            let between = connections(cluster, from.end, to.end);
            if !between.is_empty() {
                let cell = expected.entry((&from.name, &to.name)).or_default();
                *cell = cell.union(&between);
            }
        }
    }
    let at = |name: &str, line_end: &readers::Who| line_end.is(name);
    let names: BTreeSet<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let v6 = lines
        .iter()
        .any(|line| line.from.is_v6() || line.to.is_v6());
    for from in &names {
        for to in &names {
            if !v6 && (from.contains(':') || to.contains(':')) {
                continue;
            }
            let found = lines
                .iter()
                .find(|line| at(from, &line.from) && at(to, &line.to));
            let expected = expected.get(&(*from, *to)).map(ToString::to_string);
            let found = found.map(|line| line.connections.clone());
            if found != expected {
                let says = |it: Option<String>| it.unwrap_or_else(|| "nothing".to_owned());
                let said = format!(
                    "{from} to {to}, where the matrix is about {}:\n  the matrix (src/compile, \
                     src/render) says {}\n  the point evaluator (src/compile/point.rs) says {}",
                    about(filter),
                    says(found),
                    says(expected)
                );
                return Err(Failure::new(said).shown_by("matrix -o txt"));
            }
        }
    }
    Ok(())
}
