//! What a user waits for: whole processes of the release binary, and reading alone.
//!
//! `cargo bench --bench process` prints a table of medians. Manifests are generated once into the
//! build directory.

#![expect(clippy::print_stdout, reason = "prints its table")]

mod generator;
#[path = "generator/manifest.rs"]
mod manifest;

use generator::{PRESETS, objects, preset};
use netpolc::input::{self, Input};
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The seed of every cluster that is measured.
const SEED: u64 = 1;

/// The binary that is measured.
const NETPOLC: &str = env!("CARGO_BIN_EXE_netpolc");

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clusters");
    let directory = |name: &str| generate(&root, name, true);
    let (small, peers, production) = (
        directory("small")?,
        directory("peers-2000")?,
        directory("production")?,
    );
    println!("| process | median | runs |");
    println!("|---|--:|--:|");
    let can = ["can", "ns-0-prod/web", "ns-1-stage/api:8000"];
    let matrix = ["matrix", "-o", "txt"];
    process(&["--version"], None, 20)?;
    process(&can, Some(&small), 20)?;
    process(&can, Some(&production), 5)?;
    process(&matrix, Some(&small), 20)?;
    process(&matrix, Some(&peers), 5)?;
    let sample = Path::new("policies/shop");
    let claim = "prove --from internet --to ns/payments --expect denied";
    let claim: Vec<&str> = claim.split(' ').collect();
    process(&claim, Some(sample), 20)?;
    let claims = ["prove", "policies/intents/shop-holds.yaml"];
    process(&claims, Some(sample), 20)?;
    let certificate = root.join("certificate");
    let certificate = certificate.to_str().ok_or("a path that is no text")?;
    process(
        &[&claims[..], &["--certificate", certificate]].concat(),
        Some(sample),
        20,
    )?;
    process(
        &[&claims[..], &["--check", certificate]].concat(),
        Some(sample),
        20,
    )?;
    println!();
    println!("| reading | size | median | per second |");
    println!("|---|--:|--:|--:|");
    reading("YAML", &production)?;
    reading("JSON", &generate(&root, "production", false)?)
}

/// The directory with the manifests of a preset, made anew.
fn generate(root: &Path, name: &str, yaml: bool) -> Result<PathBuf, Box<dyn Error>> {
    let names = || PRESETS.map(|preset| preset.name).join(", ");
    let preset = preset(name).ok_or_else(|| format!("no preset `{name}`: {}", names()))?;
    let objects = objects(&preset.shape, SEED);
    let format = if yaml { "yaml" } else { "json" };
    let directory = root.join(format).join(name);
    fs::create_dir_all(&directory)?;
    for (file, manifests) in manifest::files(&objects) {
        let path = directory.join(format!("{file}.{format}"));
        let mut out = BufWriter::new(File::create(path)?);
        manifest::write(manifests, yaml, &mut out)?;
        out.flush()?;
    }
    Ok(directory)
}

/// Prints the median of whole processes, from before the start to after the end.
fn process(arguments: &[&str], input: Option<&Path>, runs: usize) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::new();
    // The first run warms the disk's cache and is not counted.
    for run in 0..=runs {
        let mut command = Command::new(NETPOLC);
        command.args(arguments).stdout(Stdio::null());
        if let Some(input) = input {
            command.arg("-f").arg(input);
        }
        // Certificates are written to a new directory.
        if let Some(directory) = after(arguments, "--certificate") {
            let _ = fs::remove_dir_all(directory);
        }
        let start = Instant::now();
        let output = command.output()?;
        if run > 0 {
            times.push(start.elapsed());
        }
        // 1 and 3 are the answers `no` and `unknown`.
        if !matches!(output.status.code(), Some(0 | 1 | 3)) {
            let message = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}: {message}", arguments.join(" ")).into());
        }
    }
    let cluster = input.and_then(Path::file_name).unwrap_or_default();
    // The build directory is not the same everywhere.
    let arguments = arguments
        .iter()
        .map(|part| if part.starts_with('/') { "DIR" } else { part });
    let arguments = arguments.collect::<Vec<_>>().join(" ");
    let median = milliseconds(median(times));
    println!(
        "| `{arguments}` on {} | {median} | {runs} |",
        cluster.display()
    );
    Ok(())
}

/// The argument after a flag.
fn after<'a>(arguments: &[&'a str], flag: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| *argument == flag)?;
    arguments.get(at + 1).copied()
}

/// Prints how fast manifests are read into objects.
fn reading(format: &str, directory: &Path) -> Result<(), Box<dyn Error>> {
    let mut size = 0;
    for file in fs::read_dir(directory)? {
        size += file?.metadata()?.len();
    }
    let inputs = [Input::Path(directory.to_owned())];
    let mut times = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        let loaded = input::load(&inputs, &input::Options::default())?;
        times.push(start.elapsed());
        if let Some(finding) = loaded.findings.first() {
            return Err(format!("{}: {}", finding.rule, finding.message).into());
        }
    }
    let time = median(times);
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let size = size as f64 / 1e6;
    let speed = size / time.as_secs_f64();
    println!(
        "| {format} | {size:.1} MB | {} | {speed:.0} MB |",
        milliseconds(time)
    );
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
