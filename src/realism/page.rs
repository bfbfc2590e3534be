//! The report as one HTML page that needs nothing else: styles and charts are in it, no script is.

use super::chart::{Chart, escaped};
use super::check::{Check, Verdict};
use super::report::Report;
use super::table::head;

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem;color:#1a202c}\
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%;font-size:.88rem}\
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #e2e8f0;vertical-align:top}td.n{text-align:right;\
white-space:nowrap}.inside{color:#276749}.outside{color:#c53030;font-weight:600}.too_few{color:#975a16;font-weight:600}\
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(30rem,1fr));gap:1.2rem}figure{margin:0}\
figcaption{font-size:.9rem;margin-bottom:.3rem}svg{width:100%;height:auto}svg text{font-size:11px;fill:#4a5568}";

/// The page.
pub(super) fn html(report: &Report, charts: &[Chart]) -> String {
    let summary = report.summary;
    let rows: String = report.checks.iter().map(row).collect();
    let notes: String = report.notes.iter().map(|note| format!("<p><b>Note:</b> {}.</p>", escaped(note))).collect();
    let unmeasured: String = report
        .not_measured
        .iter()
        .map(|one| format!("<li>{} {}: {}</li>", one.number, escaped(one.name), escaped(one.reason)))
        .collect();
    let charts: String = charts
        .iter()
        .map(|chart| format!("<figure><figcaption>{}</figcaption>{}</figure>", escaped(chart.title), chart.to_svg()))
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>populace realism</title>\
         <style>{STYLE}</style></head><body><h1>How real it looks</h1><p>{}</p>{notes}\
         <p><b>{} inside</b>, {} outside, {} with too few observations. A value is inside when its 95 % interval reaches \
         the band.</p><table><thead><tr><th></th><th>check</th><th>measure</th><th>value</th><th>95 % interval</th>\
         <th>band</th><th>observations</th><th>verdict</th><th>source</th></tr></thead><tbody>{rows}</tbody></table>\
         <h2>Not measured here</h2><ul>{unmeasured}</ul><h2>Distributions</h2><div class=\"charts\">{charts}</div>\
         </body></html>\n",
        escaped(&head(&report.data)).replace('\n', "<br>"),
        summary.inside,
        summary.outside,
        summary.too_few,
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
        "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{value}</td><td class=\"n\">{interval}</td>\
         <td class=\"n\">{band}</td><td class=\"n\">{}</td><td class=\"{class}\">{}</td><td>{}</td></tr>",
        check.number,
        escaped(check.name),
        escaped(check.measure),
        check.observations,
        check.verdict.text().to_lowercase(),
        escaped(check.source)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realism::clock::Wall;
    use crate::realism::controls::{data_of, payment};
    use crate::realism::plots::charts;

    #[test]
    fn the_page_needs_nothing_from_elsewhere() {
        let data = data_of(vec![payment(0, Wall(0)); 3]);
        let page = html(&Report::new(&data, "a <test>".into()), &charts(&data));
        assert!(page.contains("a &lt;test&gt;") && page.matches("<svg").count() == 7);
        for foreign in ["<script", "http:", "https:", "@import", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
    }
}
