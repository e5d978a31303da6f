//! How compiling grows: clusters made in memory, one fresh process per figure.
//!
//! `cargo bench --bench scale [-- PRESET…]` prints a table. The program runs itself once per
//! preset for times and once for memory, so that no figure depends on what ran before it.

#![expect(clippy::print_stdout, reason = "prints its table")]

mod generator;

use generator::{PRESETS, Shape, objects, preset};
use netpolc::compile::Matrix;
use netpolc::model::{Cluster, Objects};
use netpolc::query::filter::Filter;
use netpolc::query::listing::Listing;
use netpolc::render::json;
use std::error::Error;
use std::process::Command;
use std::time::{Duration, Instant};

/// The seed of every cluster that is measured.
const SEED: u64 = 1;

/// Classes up to which the whole matrix is also written out.
const LISTED: usize = 12_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--times", name] => measure_times(&known(name)?.1),
        ["--memory", name] => measure_memory(&known(name)?.1),
        // `cargo bench` adds `--bench`.
        _ => table(arguments.iter().filter(|name| **name != "--bench").copied()),
    }
}

fn known(name: &str) -> Result<(&'static str, Shape), String> {
    let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
    let found = preset(name).map(|preset| (preset.name, preset.shape));
    found.ok_or_else(|| format!("no preset `{name}`: write one of {}", names.join(", ")))
}

/// Prints one line per preset; all presets where none is named.
fn table<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Box<dyn Error>> {
    let mut presets = names.map(known).collect::<Result<Vec<_>, _>>()?;
    if presets.is_empty() {
        presets.extend(PRESETS.map(|preset| (preset.name, preset.shape)));
    }
    println!(
        "| cluster | namespaces | pods | policies | classes | join | compile | join + compile | list as JSON | JSON | peak over the objects | peak of the process |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (name, shape) in presets {
        let times = of_child("--times", name)?;
        let memory = of_child("--memory", name)?;
        let pods = shape.pods * shape.replicas;
        println!(
            "| {name} | {} | {pods} | {} | {times} | {memory} |",
            shape.namespaces, shape.policies
        );
    }
    Ok(())
}

/// What this program prints when it runs with these arguments.
fn of_child(what: &str, name: &str) -> Result<String, Box<dyn Error>> {
    let child = Command::new(std::env::current_exe()?)
        .args([what, name])
        .output()?;
    if !child.status.success() {
        let message = String::from_utf8_lossy(&child.stderr);
        return Err(format!("{name}: {}: {message}", child.status).into());
    }
    Ok(String::from_utf8(child.stdout)?.trim().to_owned())
}

/// Prints the cells of the table that are times: medians of several runs.
fn measure_times(shape: &Shape) -> Result<(), Box<dyn Error>> {
    let objects = objects(shape, SEED);
    let runs = if shape.pods > 100_000 { 3 } else { 7 };
    let (mut joining, mut compiling, mut both, mut lists) = (vec![], vec![], vec![], vec![]);
    let (mut classes, mut written) = (0, 0);
    for _ in 0..runs {
        let (cluster, joined) = timed(objects.clone(), Cluster::new);
        let (mut matrix, compiled) = timed(&cluster, Matrix::new);
        joining.push(joined);
        compiling.push(compiled);
        both.push(joined + compiled);
        classes = matrix.classes().len();
        if classes <= LISTED {
            let (bytes, listed) = timed(&mut matrix, |matrix| listing(&cluster, matrix));
            lists.push(listed);
            written = bytes?;
        }
    }
    let (join, compile, both) = (median(joining), median(compiling), median(both));
    let (list, written) = if lists.is_empty() {
        ("–".to_owned(), "–".to_owned())
    } else {
        (milliseconds(median(lists)), megabytes(written))
    };
    println!(
        "{classes} | {} | {} | {} | {list} | {written}",
        milliseconds(join),
        milliseconds(compile),
        milliseconds(both)
    );
    Ok(())
}

/// Writes the whole matrix; its length in bytes.
fn listing(cluster: &Cluster, matrix: &mut Matrix) -> std::io::Result<usize> {
    let listing = Listing::new(cluster, matrix, &Filter::default());
    let mut bytes = Vec::new();
    json::write_matrix(&listing, &mut bytes)?;
    Ok(bytes.len())
}

/// Prints the cells of the table that are memory: the most that joining and compiling had beyond
/// the objects that were there before, and the most that the process ever had.
fn measure_memory(shape: &Shape) -> Result<(), Box<dyn Error>> {
    let objects: Objects = objects(shape, SEED);
    let whole = status("VmHWM:")?;
    // Forgets the peak so far. Source: proc(5), /proc/pid/clear_refs.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let before = status("VmRSS:")?;
    let cluster = Cluster::new(objects);
    let matrix = Matrix::new(&cluster);
    let peak = status("VmHWM:")?;
    drop(matrix);
    println!(
        "{} | {}",
        megabytes(peak.saturating_sub(before)),
        megabytes(peak.max(whole))
    );
    Ok(())
}

/// An entry of `/proc/self/status`, in bytes.
fn status(entry: &str) -> Result<usize, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(entry));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next());
    Ok(kilobytes.ok_or("no such entry")?.parse::<usize>()? * 1024)
}

fn timed<T, R>(input: T, work: impl FnOnce(T) -> R) -> (R, Duration) {
    let start = Instant::now();
    let result = work(input);
    (result, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
