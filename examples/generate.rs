//! Prints the manifests of a synthetic cluster, the same for the same preset and seed.
//!
//! `cargo run --release --example generate -- PRESET [--seed N] [--format yaml|json] [-o DIR]`

#![expect(clippy::print_stderr, reason = "a command line")]

#[path = "../benches/generator/mod.rs"]
mod generator;
#[path = "../benches/generator/manifest.rs"]
mod manifest;

use generator::{PRESETS, objects, preset};
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

/// What the command line asks for.
struct Asked {
    name: String,
    seed: u64,
    yaml: bool,
    directory: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(asked) = asked(std::env::args().skip(1))? else {
        eprintln!("usage: generate PRESET [--seed N] [--format yaml|json] [-o DIR]");
        eprintln!();
        for preset in PRESETS {
            let shape = preset.shape;
            let pods = shape.pods * shape.replicas;
            let (namespaces, policies) = (shape.namespaces, shape.policies);
            eprintln!(
                "  {:<22} {pods} pods, {namespaces} namespaces, {policies} policies",
                preset.name
            );
        }
        std::process::exit(2);
    };
    let preset = preset(&asked.name).ok_or_else(|| format!("no preset `{}`", asked.name))?;
    let objects = objects(&preset.shape, asked.seed);
    let files = manifest::files(&objects);
    let Some(directory) = asked.directory else {
        let all = files.into_iter().flat_map(|(_, manifests)| manifests);
        let mut out = BufWriter::new(io::stdout().lock());
        manifest::write(all, asked.yaml, &mut out)?;
        return Ok(out.flush()?);
    };
    fs::create_dir_all(&directory)?;
    for (name, manifests) in files {
        let file = format!("{name}.{}", if asked.yaml { "yaml" } else { "json" });
        let mut out = BufWriter::new(File::create(directory.join(file))?);
        manifest::write(manifests, asked.yaml, &mut out)?;
        out.flush()?;
    }
    Ok(())
}

/// Reads the command line; none where it names no preset.
fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Option<Asked>, Box<dyn Error>> {
    let mut name = None;
    let (mut seed, mut yaml, mut directory) = (1, true, None);
    while let Some(argument) = arguments.next() {
        let mut value = || {
            let value = arguments.next();
            value.ok_or_else(|| format!("`{argument}` needs a value"))
        };
        match argument.as_str() {
            "--seed" => seed = value()?.parse()?,
            "--format" => {
                yaml = match value()?.as_str() {
                    "yaml" => true,
                    "json" => false,
                    other => return Err(format!("no format `{other}`: yaml or json").into()),
                }
            }
            "-o" => directory = Some(value()?.into()),
            _ if argument.starts_with('-') => return Ok(None),
            _ => name = Some(argument),
        }
    }
    Ok(name.map(|name| Asked {
        name,
        seed,
        yaml,
        directory,
    }))
}
