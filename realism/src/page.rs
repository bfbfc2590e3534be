//! The report as one self-contained HTML page: it includes styles and pictures, and no script. Its colours follow the
//! reader's choice of light or dark.

use super::chart::{Chart, colour, escaped};
use super::check::{Check, Verdict};
use super::data::Data;
use super::gauge::gauge;
use super::plots::{Plot, Section, sections};
use super::report::{Report, Summary};
use super::table::{grouped, head};

const STYLE: &str = include_str!("page.css");

/// Returns the report on `data` as an HTML page.
pub fn html(report: &Report, data: &Data) -> String {
    page(report, &sections(data))
}

fn page(report: &Report, sections: &[Section]) -> String {
    let notes: String = report.notes.iter().map(|note| format!("<p class=\"note\">{}.</p>", escaped(note))).collect();
    let facts = escaped(head(&report.data).trim_end()).replace('\n', "<br>");
    let sections: String = sections.iter().map(section).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>populace realism</title>\
         <style>{STYLE}</style></head><body><h1>How real it looks</h1><p class=\"facts\">{facts}</p>{}{notes}{}{sections}\
         </body></html>\n",
        tiles(report.summary),
        checks(report),
    )
}

/// Returns the number of checks by verdict, as large tiles.
fn tiles(summary: Summary) -> String {
    let tile = |class: &str, count: usize, words: &str| {
        format!("<div class=\"tile {class}\"><b>{count}</b><span>{words}</span></div>")
    };
    let Summary { inside, outside, too_few } = summary;
    let tiles = [
        tile("inside", inside, "inside their bands"),
        tile("outside", outside, "outside"),
        tile("too_few", too_few, "with too few observations"),
    ];
    format!("<div class=\"tiles\">{}</div>", tiles.concat())
}

fn checks(report: &Report) -> String {
    let mut rows = String::new();
    let mut last = 0;
    for check in &report.checks {
        if check.number != last {
            last = check.number;
            let (number, name) = (check.number, escaped(check.name));
            rows.push_str(&format!(
                "<tr class=\"group\"><th colspan=\"7\" scope=\"rowgroup\">{number} · {name}</th></tr>"
            ));
        }
        rows.push_str(&row(check));
    }
    let unmeasured = report.not_measured.iter();
    let unmeasured: String = unmeasured
        .map(|one| format!("<li>{} · {}: {}</li>", one.number, escaped(one.name), escaped(one.reason)))
        .collect();
    format!(
        "<h2>Checks</h2><p class=\"sub\">A value is inside when its 95 % interval reaches the band. In the pictures the \
         band is shaded, the line is the interval, the dot the value.</p><div class=\"wide\"><table><thead><tr>\
         <th>measure</th><th></th><th class=\"n\">value</th><th class=\"n\">95 % interval</th><th class=\"n\">band</th>\
         <th class=\"n\">observations</th><th>verdict</th></tr></thead><tbody>{rows}</tbody></table></div>\
         <h2>Not measured here</h2><ul>{unmeasured}</ul>"
    )
}

fn row(check: &Check) -> String {
    let class = match check.verdict {
        Verdict::Inside => "inside",
        Verdict::Outside => "outside",
        Verdict::TooFew => "too_few",
    };
    let [value, interval, band] = check.texts();
    format!(
        "<tr><td>{}<br><span class=\"sub\">{}</span></td><td>{}</td><td class=\"n\"><b>{value}</b></td>\
         <td class=\"n\">{interval}</td><td class=\"n\">{band}</td><td class=\"n\">{}</td>\
         <td><span class=\"pill {class}\">{}</span></td></tr>",
        escaped(check.measure),
        escaped(check.source),
        gauge(check),
        grouped(check.observations),
        check.verdict.text().to_lowercase(),
    )
}

fn section(section: &Section) -> String {
    let plots: String = section.plots.iter().map(plot).collect();
    format!("<h2>{}</h2><div class=\"charts\">{plots}</div>", escaped(section.title))
}

fn plot(plot: &Plot) -> String {
    let (title, note, legend, svg) = match plot {
        Plot::Chart(chart) => (chart.title, chart.note, legend(chart), chart.to_svg()),
        Plot::Heat(heat) => (heat.title, heat.note, String::new(), heat.to_svg()),
    };
    let (title, note) = (escaped(title), escaped(note));
    format!("<figure><figcaption><b>{title}</b><span class=\"sub\">{note}</span>{legend}</figcaption>{svg}</figure>")
}

/// Returns the names of the series, each with its colour; empty if there is only one.
fn legend(chart: &Chart) -> String {
    if chart.series.len() < 2 {
        return String::new();
    }
    let one = |(index, name): (usize, &str)| {
        format!("<li><i style=\"background:{}\"></i>{}</li>", colour(index), escaped(name))
    };
    let all: String = chart.series.iter().map(|series| series.name).enumerate().map(one).collect();
    format!("<ul class=\"legend\">{all}</ul>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    #[test]
    fn the_page_needs_nothing_from_elsewhere() {
        let data = data_of(vec![payment(0, Wall(0)); 3]);
        let report = Report::new(&data, "a <test>".into());
        let page = html(&report, &data);
        assert!(page.contains("a &lt;test&gt;"));
        assert_eq!(page.matches("<figure>").count(), 20);
        assert_eq!(page.matches("<svg").count(), 20 + report.checks.len());
        for foreign in ["<script", "http:", "https:", "@import", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
    }

    #[test]
    fn every_colour_is_there_in_light_and_in_dark() {
        for index in 0..crate::chart::COLOURS {
            let name = colour(index).replace("var(", "").replace(')', ":");
            assert_eq!(STYLE.matches(&name).count(), 2, "{name}");
        }
        assert!(STYLE.contains("prefers-color-scheme:dark"));
    }

    #[test]
    fn elements_are_closed_in_their_order() {
        let data = data_of(vec![payment(0, Wall(0)); 3]);
        let page = html(&Report::new(&data, "x".into()), &data);
        let mut open: Vec<&str> = Vec::new();
        for tag in page.split('<').skip(1).filter(|tag| !tag.starts_with('!')) {
            let name = tag.trim_start_matches('/').split([' ', '>', '/']).next().unwrap();
            let is_void = ["meta", "br"].contains(&name) || tag.split('>').next().unwrap().ends_with('/');
            match (tag.starts_with('/'), is_void) {
                (true, _) => assert_eq!(open.pop(), Some(name), "{tag}"),
                (false, false) => open.push(name),
                (false, true) => {}
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}
