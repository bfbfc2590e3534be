//! The report as a table for the terminal. Must not depend on: colours.

use super::report::{Facts, Report};

/// Returns the report as lines of text.
pub fn text(report: &Report) -> String {
    let mut rows = vec![
        ["", "check", "measure", "value", "95 % interval", "band", "n", "verdict", "source"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for check in &report.checks {
        let [value, interval, band] = check.texts();
        let (number, n) = (check.number.to_string(), check.observations.to_string());
        let [name, measure, verdict, source] =
            [check.name, check.measure, check.verdict.text(), check.source].map(str::to_owned);
        rows.push(vec![number, name, measure, value, interval, band, n, verdict, source]);
    }
    let mut text = head(&report.data);
    report.notes.iter().for_each(|note| text.push_str(&format!("note: {note}\n")));
    text.push('\n');
    text.push_str(&aligned(&rows));
    text.push('\n');
    for one in &report.not_measured {
        text.push_str(&format!("{:>2}  {}: {}\n", one.number, one.name, one.reason));
    }
    let summary = report.summary;
    text.push_str(&format!(
        "\n{} inside, {} outside, {} with too few observations\n",
        summary.inside, summary.outside, summary.too_few
    ));
    text
}

/// Returns the extent of the data, in one paragraph.
pub(super) fn head(facts: &Facts) -> String {
    let day = |day: Option<(i32, u32, u32)>| {
        day.map_or("–".to_owned(), |(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
    };
    let count = |count: usize| grouped(count as u64);
    format!(
        "{}, {}: {} to {}\n{} transactions of {} users, {} trips of {} drivers, {} interactions of {} customers\n",
        facts.origin,
        facts.regions.join(", "),
        day(facts.first_day),
        day(facts.last_day),
        count(facts.transactions),
        count(facts.users),
        count(facts.trips),
        count(facts.drivers),
        count(facts.interactions),
        count(facts.customers)
    )
}

/// Returns a count with a comma at each thousand.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns the rows as columns as wide as their widest cell, with numbers aligned right and the last column unpadded.
fn aligned(rows: &[Vec<String>]) -> String {
    const RIGHT: [usize; 3] = [0, 3, 6];
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[column] - cell.chars().count());
            match (RIGHT.contains(&column), column + 1 == row.len()) {
                (_, true) => text.push_str(cell),
                (true, _) => text.push_str(&format!("{gap}{cell}  ")),
                (false, _) => text.push_str(&format!("{cell}{gap}  ")),
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    #[test]
    fn counts_are_grouped() {
        assert_eq!([7, 1_000, 12_345_678].map(grouped), ["7", "1,000", "12,345,678"]);
    }

    #[test]
    fn columns_stand_below_each_other() {
        let report = Report::new(&data_of(vec![payment(0, Wall(0)); 3]), "a test".into());
        let text = text(&report);
        let at = |line: &str, word: &str| line.find(word).map(|byte| line[..byte].chars().count());
        let lines: Vec<&str> = text.lines().collect();
        let header = lines.iter().find(|line| line.contains("verdict")).unwrap();
        let rows: Vec<_> = lines.iter().filter(|line| line.contains("TOO FEW")).collect();
        assert_eq!(rows.len(), report.checks.len());
        assert!(rows.iter().all(|row| at(row, "TOO FEW") == at(header, "verdict")), "{text}");
        assert!(text.starts_with("a test, houston: 1970-01-01 to 1970-01-01\n3 transactions of 1 users"), "{text}");
    }
}
