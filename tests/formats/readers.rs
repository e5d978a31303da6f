//! Reads matrices back, each format by its own rules.

use netpolc::render::MatrixFormat;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

/// An end of a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// An entry of the cluster.
    Entry(String),
    /// Addresses outside, from the first to the last.
    Outside(IpAddr, IpAddr),
}

impl Who {
    fn parse(text: &str) -> Self {
        let range = text.strip_suffix("[External]");
        let range = range.and_then(|range| range.split_once('-'));
        match range {
            None => Self::Entry(text.to_owned()),
            Some((first, last)) => Self::Outside(address(first), address(last)),
        }
    }

    /// Whether it is the entry of this name, or has this address.
    pub(super) fn is(&self, name: &str) -> bool {
        match self {
            Self::Entry(entry) => entry == name,
            Self::Outside(first, last) => name.parse().is_ok_and(|address: IpAddr| {
                address.is_ipv6() == first.is_ipv6() && *first <= address && address <= *last
            }),
        }
    }

    pub(super) fn is_v6(&self) -> bool {
        matches!(self, Self::Outside(first, _) if first.is_ipv6())
    }
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// One connection of a matrix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) from: Who,
    pub(super) to: Who,
    /// As in `-o txt`.
    pub(super) connections: String,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(name) => f.write_str(name),
            Self::Outside(first, last) => write!(f, "{first}-{last}"),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} => {} : {}", self.from, self.to, self.connections)
    }
}

impl Line {
    fn of(from: &str, to: &str, connections: &str) -> Self {
        Self {
            from: Who::parse(from),
            to: Who::parse(to),
            connections: connections.to_owned(),
        }
    }
}

/// Lines of which no two ranges of addresses overlap without being the same.
pub(super) type Refined = BTreeSet<Line>;

/// What a reader of a table knows besides: which entries stand for several pods, and whether the
/// matrix speaks of IPv6.
pub(super) struct Legend {
    several: BTreeSet<String>,
    v6: bool,
}

impl Legend {
    /// From the same matrix as JSON.
    pub(super) fn of(json: &str) -> Self {
        let document: Value = serde_json::from_str(json).expect("JSON");
        let classes = document["classes"].as_array().expect("classes");
        let members = classes.iter().flat_map(|class| texts(&class["members"]));
        Self {
            several: classes
                .iter()
                .flat_map(|class| texts(&class["several"]))
                .collect(),
            v6: members.map(|name| Who::parse(&name)).any(|who| who.is_v6()),
        }
    }
}

/// The lines of a matrix in a format.
pub(super) fn read(format: MatrixFormat, text: &str, legend: &Legend) -> Vec<Line> {
    match format {
        MatrixFormat::Table => table(text, legend),
        MatrixFormat::Txt => text.lines().map(txt).collect(),
        MatrixFormat::Json => json(text),
        MatrixFormat::Csv => text.lines().skip(1).map(csv).collect(),
        MatrixFormat::Md => text.lines().skip(2).map(md).collect(),
    }
}

/// What a line must be made of, or the line is told.
#[track_caller]
fn part<T>(part: Option<T>, format: &str, line: &str) -> T {
    part.unwrap_or_else(|| {
        panic!("as {format} (src/render/{format}.rs) no line of a matrix: {line}")
    })
}

fn txt(line: &str) -> Line {
    let (from, rest) = part(line.split_once(" => "), "txt", line);
    let (to, connections) = part(rest.split_once(" : "), "txt", line);
    Line::of(from, to, connections)
}

fn csv(line: &str) -> Line {
    let fields = match line.strip_suffix('"') {
        Some(line) => line.split_once(",\""),
        None => line.rsplit_once(','),
    };
    let (ends, connections) = part(fields, "csv", line);
    let (from, to) = part(ends.split_once(','), "csv", line);
    Line::of(from, to, connections)
}

fn md(line: &str) -> Line {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let cells = <[&str; 5]>::try_from(cells).ok();
    let [_, from, to, connections, _] = part(cells, "md", line);
    // `shop/db-*` would be the beginning of something else.
    let [from, to] = [from, to].map(|name| name.replace("&#42;", "*"));
    Line::of(&from, &to, connections)
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|text| text.as_str().expect("text").to_owned())
        .collect()
}

fn json(text: &str) -> Vec<Line> {
    let document: Value = serde_json::from_str(text).expect("JSON");
    let class = |id: &Value| {
        let place = usize::try_from(id.as_u64().expect("an id")).expect("small");
        let class = &document["classes"][place];
        assert_eq!(class["id"], *id);
        class
    };
    let mut lines = Vec::new();
    for row in document["rows"].as_array().expect("rows") {
        let allow = row["allow"].as_object().expect("protocols");
        let allow = allow
            .iter()
            .map(|(protocol, ports)| format!("{protocol} {}", texts(ports).join(",")));
        let connections = match allow.collect::<Vec<_>>().join(",") {
            all if all == "SCTP 1-65535,TCP 1-65535,UDP 1-65535" => "All Connections".to_owned(),
            some => some,
        };
        for from in row["from"].as_array().expect("ids") {
            for to in row["to"].as_array().expect("ids") {
                let several = texts(&class(from)["several"]);
                let before = lines.len();
                for source in texts(&class(from)["members"]) {
                    for destination in texts(&class(to)["members"]) {
                        let itself = source == destination && from == to;
                        if !itself || several.contains(&source) {
                            lines.push(Line::of(&source, &destination, &connections));
                        }
                    }
                }
                assert!(lines.len() > before, "nobody at {from} reaches {to}");
            }
        }
    }
    lines
}

/// One row of a table.
#[derive(Default)]
struct Row {
    from: Vec<String>,
    to: Vec<String>,
    connections: String,
}

fn table(text: &str, legend: &Legend) -> Vec<Line> {
    let mut lines = text.lines().skip(1);
    let Some(header) = lines.next() else {
        return Vec::new();
    };
    let header: Vec<char> = header.chars().collect();
    let start = |title: &str| {
        let title: Vec<char> = title.chars().collect();
        let mut places = header.windows(title.len());
        places.position(|part| part == title).expect("a column")
    };
    let (to, connections) = (start("TO"), start("CONNECTIONS"));
    let mut rows: Vec<Row> = Vec::new();
    for line in lines.filter(|line| line.starts_with('│')) {
        let line: Vec<char> = line.chars().collect();
        let cell = |from: usize, to: usize| line[from..to].iter().collect::<String>();
        let cells = [
            cell(1, to),
            cell(to, connections),
            cell(connections, line.len() - 1),
        ];
        let [from, to, on] = cells.map(|cell| cell.trim().to_owned());
        let goes_on = rows
            .last()
            .is_some_and(|row| row.connections.ends_with(','));
        if !on.is_empty() && !goes_on {
            rows.push(Row::default());
        }
        let row = rows.last_mut().expect("a first line has connections");
        row.from.extend((!from.is_empty()).then_some(from));
        row.to.extend((!to.is_empty()).then_some(to));
        row.connections.push_str(&on);
    }
    rows.iter().flat_map(|row| row.lines(legend)).collect()
}

impl Row {
    fn lines(&self, legend: &Legend) -> Vec<Line> {
        let ends = |names: &[String]| -> Vec<Who> {
            names
                .iter()
                .flat_map(|name| outside(name, legend))
                .collect()
        };
        let mut lines = Vec::new();
        for from in ends(&self.from) {
            for to in ends(&self.to) {
                let alone = |name: &String| !legend.several.contains(name);
                if from == to && matches!(&from, Who::Entry(name) if alone(name)) {
                    continue;
                }
                lines.push(Line {
                    from: from.clone(),
                    to,
                    connections: self.connections.clone(),
                });
            }
        }
        lines
    }
}

/// What a line of a cell stands for.
fn outside(name: &str, legend: &Legend) -> Vec<Who> {
    let v4 = Who::Outside(address("0.0.0.0"), address("255.255.255.255"));
    let last = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    let v6 = Who::Outside(address("::"), address(last));
    match name {
        "every address outside" if legend.v6 => vec![v4, v6],
        "every address outside" | "every IPv4 address outside" => vec![v4],
        "every IPv6 address outside" => vec![v6],
        _ => match name.split_once('-') {
            Some((first, last)) if first.parse::<IpAddr>().is_ok() => {
                vec![Who::Outside(address(first), address(last))]
            }
            _ => match name.parse() {
                Ok(one) => vec![Who::Outside(one, one)],
                Err(_) => vec![Who::Entry(name.to_owned())],
            },
        },
    }
}

/// Where some range of some line begins, or goes no further.
pub(super) fn boundaries<'l>(lines: impl Iterator<Item = &'l Line>) -> BTreeSet<(bool, u128)> {
    let ends = lines.flat_map(|line| [&line.from, &line.to]);
    let ranges = ends.filter_map(|who| match who {
        Who::Entry(_) => None,
        Who::Outside(first, last) => Some([Some(number(*first)), after(*last)]),
    });
    ranges.flatten().flatten().collect()
}

fn number(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(address) => (false, address.to_bits().into()),
        IpAddr::V6(address) => (true, address.to_bits()),
    }
}

fn after(address: IpAddr) -> Option<(bool, u128)> {
    let (v6, number) = number(address);
    number.checked_add(1).map(|next| (v6, next))
}

fn at((v6, number): (bool, u128)) -> IpAddr {
    if v6 {
        IpAddr::V6(number.into())
    } else {
        IpAddr::V4(u32::try_from(number).expect("IPv4").into())
    }
}

/// The lines with their ranges cut at all boundaries; panics where two lines speak of one pair.
pub(super) fn refine(lines: &[Line], cuts: &BTreeSet<(bool, u128)>) -> Refined {
    let pieces = |who: &Who| match who {
        Who::Entry(_) => vec![who.clone()],
        Who::Outside(first, last) => {
            let inside = cuts.range(number(*first)..=number(*last));
            let starts: Vec<_> = inside.copied().collect();
            let next = starts.iter().skip(1).map(|&(v6, start)| (v6, start - 1));
            let ends = next.chain([number(*last)]);
            let all = starts.iter().zip(ends);
            all.map(|(&start, end)| Who::Outside(at(start), at(end)))
                .collect()
        }
    };
    let mut pairs: BTreeMap<(Who, Who), String> = BTreeMap::new();
    for line in lines {
        for from in pieces(&line.from) {
            for to in pieces(&line.to) {
                let before = pairs.insert((from.clone(), to), line.connections.clone());
                assert_eq!(before, None, "a pair with two lines: {line:?}");
            }
        }
    }
    let lines = pairs.into_iter();
    lines
        .map(|((from, to), connections)| Line {
            from,
            to,
            connections,
        })
        .collect()
}
