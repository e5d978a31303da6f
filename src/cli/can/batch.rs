//! Many questions over one reading: a JSON object on each line in, one on each line out.

use super::args::CanArgs;
use super::ask::ask;
use super::ends::question;
use crate::cli::exit::{Exit, Failure};
use crate::cli::load::{Loaded, load};
use crate::cli::options::{Beside, Options};
use crate::cli::output;
use crate::endpoint::{Problem, grammar};
use crate::input::{Input, InputError, WrittenQuestion, read_question};
use crate::query::{Answer, Mode};
use crate::render::AnswerFormat;
use crate::render::json::{Asked, write_unanswered};
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read as _};
use std::path::Path;

/// The longest question, in bytes.
const LONGEST: u64 = 1 << 16;

/// Answers every line.
pub(super) fn run(args: &CanArgs, questions: &Path, mut options: Options) -> Result<Exit, Failure> {
    let asked = Input::of(questions);
    if asked == Input::Stdin
        && options
            .inputs
            .iter()
            .chain(&options.with)
            .any(|it| *it == asked)
    {
        return Err(Problem::new("standard input can be read only once")
            .help("`--batch -` reads questions from it: give the manifests as files")
            .into());
    }
    let lines: Box<dyn BufRead> = if asked == Input::Stdin {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(questions);
        let file = file.map_err(|error| Problem::from(InputError::of(questions, error)))?;
        Box::new(BufReader::new(file))
    };
    options.beside = Beside::Nothing;
    let mut loaded = load(&options)?;
    loaded.add_controllers(&args.controllers, &options);
    let batch = Batch {
        args,
        loaded: &loaded,
        options: &options,
    };
    batch.answer_all(lines)
}

/// What questions are asked of.
struct Batch<'b> {
    args: &'b CanArgs,
    loaded: &'b Loaded,
    options: &'b Options,
}

impl Batch<'_> {
    fn answer_all(&self, mut lines: Box<dyn BufRead>) -> Result<Exit, Failure> {
        let mut number = 0;
        let mut exit = Exit::Yes;
        loop {
            let line = match next_line(&mut lines) {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(exit),
                Err(error) => {
                    let what = format!("cannot read the questions: {error}");
                    return Err(Problem::new(what).into());
                }
            };
            number += 1;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let told = self.answer(number, &line)?;
            if told != Exit::Yes && exit != Exit::Bug {
                exit = told;
            }
        }
    }

    /// Answers the question on a line, or says on a line of its own why not.
    fn answer(&self, number: u64, line: &[u8]) -> Result<Exit, Failure> {
        let too_long = line.len() as u64 > LONGEST;
        let read = if too_long {
            Err((format!("the line is longer than {LONGEST} bytes"), None))
        } else {
            read_question(line)
        };
        let written = match read {
            Ok(written) => written,
            Err((error, id)) => {
                output::data(|out| write_unanswered((number, id.as_ref()), &error, None, out))?;
                return Ok(Exit::Invalid);
            }
        };
        let asked = Asked {
            from: written.from.clone(),
            to: written.to.clone(),
            port: written.port.clone(),
            id: written.id.clone(),
        };
        let unanswered = |error: &str, help: Option<&str>| {
            output::data(|out| write_unanswered((number, asked.id.as_ref()), error, help, out))
        };
        match self.ask(&written) {
            Ok(answer) => {
                if let Some(answers) = self.loaded.answers(AnswerFormat::Json, false) {
                    output::data(|out| answers.write(&asked, &answer, out))?;
                }
                Ok(Exit::Yes)
            }
            Err(Failure::Problem(problem) | Failure::Undecided(problem)) => {
                unanswered(&problem.message, problem.help.as_deref())?;
                Ok(Exit::Invalid)
            }
            Err(Failure::Bug(what)) => {
                output::bug(&what);
                unanswered(&format!("bug: {what}"), None)?;
                Ok(Exit::Bug)
            }
            Err(failure @ Failure::Reported) => Err(failure),
        }
    }

    fn ask(&self, written: &WrittenQuestion) -> Result<Answer, Failure> {
        let end = |text: &str| grammar::parse(text);
        let mode = if self.args.any { Mode::Any } else { Mode::All };
        let port = written.port.as_deref();
        let question = question(end(&written.from)?, end(&written.to)?, port, mode)?;
        let question = self.loaded.scoped(question, &self.args.scope)?;
        ask(self.loaded, &question, self.options)
    }
}

/// The next line without its end; one that is too long is cut, and its rest is passed over.
fn next_line(lines: &mut dyn BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let room = LONGEST.saturating_add(2);
    let read = lines.take(room).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else {
        skip_line(lines)?;
    }
    Ok(Some(line))
}

/// Passes over what is left of a line.
fn skip_line(lines: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = match lines.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            other => other?,
        };
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let (length, done) = match end {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        lines.consume(length);
        if done {
            return Ok(());
        }
    }
}
