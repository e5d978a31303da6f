//! What a kustomization makes, by the program that makes it: `kubectl kustomize` or `kustomize build`.

use super::output;
use crate::endpoint::Problem;
use crate::input::{Input, Limits};
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// Who can build a kustomization, in the order in which they are tried.
const BUILDERS: [(&str, &str); 2] = [("kubectl", "kustomize"), ("kustomize", "build")];

/// Bytes of what a builder says that are repeated.
const SAID: u64 = 4096;

/// The manifests of a kustomization.
///
/// # Errors
/// Says that nobody is there who could build it, or what the builder says.
pub(super) fn build(directory: &Path, limits: Limits) -> Result<Input, Problem> {
    if directory.as_os_str().as_encoded_bytes().starts_with(b"-") {
        let help = "write `-k DIR`; what a program has built is read with `-f -`";
        return Err(Problem::new("`-k` takes a directory").help(help));
    }
    for (program, verb) in BUILDERS {
        if let Some(input) = built(program, verb, directory, limits)? {
            return Ok(input);
        }
    }
    Err(
        Problem::new("`-k` needs kubectl or kustomize, and neither was found").help(
            "install one of them, or give what it writes: `kustomize build DIR | netpolc … -f -`",
        ),
    )
}

/// What one builder makes; none where it is not there.
fn built(
    program: &str,
    verb: &str,
    directory: &Path,
    limits: Limits,
) -> Result<Option<Input>, Problem> {
    let called = format!("{program} {verb} {}", directory.display());
    let fails = |what: String| Problem::new(format!("`{called}` {what}"));
    let mut command = Command::new(program);
    command.arg(verb).arg(directory).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fails(format!("does not start: {error}"))),
        Ok(child) => child,
    };
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    // Both are read at once: a pipe that nobody empties would stop the builder.
    let (text, said) = std::thread::scope(|scope| {
        let said = scope.spawn(|| {
            let mut said = Vec::new();
            if let Some(mut stream) = stderr {
                let _ = stream.by_ref().take(SAID).read_to_end(&mut said);
                let _ = std::io::copy(&mut stream, &mut std::io::sink());
            }
            String::from_utf8_lossy(&said).into_owned()
        });
        let text = stdout.map_or_else(|| Ok(Vec::new()), |stream| limits.read_all(stream));
        if text.is_err() {
            let _ = child.kill();
        }
        (text, said.join().unwrap_or_default())
    });
    let ended = child.wait().map_err(|error| fails(error.to_string()))?;
    let text = text.map_err(|error| fails(format!("wrote too much: {error}")))?;
    if !ended.success() {
        let said = said.trim();
        said.lines().for_each(output::note);
        return Err(fails("failed".to_owned()));
    }
    let name = format!("{} (kustomize)", directory.display());
    Ok(Some(Input::Text {
        name: name.into(),
        text: text.into(),
    }))
}
