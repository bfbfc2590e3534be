//! The reports of the bank on transactions: their probability, delay and source, and the reversal of wrong reports, by
//! the law that section `[labels]` of a scenario states. Pure draws.
//! Must not depend on: transactions, and the reports that wait.

use super::parameters::{ALERT_MAX_DAYS, ALERT_ODDS_IF_NOTICED, CLAIM_MAX_DAYS, PAYMENT_SHARE};
use crate::base::{FraudKind, LabelChannel};
use crate::engine::{RngStream, Span, sample};
use crate::fraud::kinds::fraud_kind;
use crate::fraud::kinds::spec::NoticedShare;
use crate::scenario::{FraudRules, LabelRules};

/// A log-normal span of time up to a limit.
#[derive(Clone, Copy, Debug)]
struct Delay {
    /// Logarithm of the median in seconds.
    log_median: f64,
    spread: f64,
    longest: f64,
}

impl Delay {
    fn days(median: f64, spread: f64, longest: f64) -> Self {
        Delay { log_median: libm::log(86_400.0 * median), spread, longest: 86_400.0 * longest }
    }

    /// Draws a span; one beyond the limit is drawn again.
    fn draw(&self, rng: &mut RngStream) -> Span {
        const TRIES: usize = 32;
        let mut some = (0..TRIES).map(|_| sample::log_normal(rng, self.log_median, self.spread));
        Span::from_seconds_f64(some.find(|seconds| *seconds <= self.longest).unwrap_or(self.longest))
    }
}

/// The delay after a transaction until the bank reports it, and the source of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReportPlan {
    pub after: Span,
    pub channel: LabelChannel,
}

/// The law by which the bank learns of fraud.
#[derive(Clone, Debug)]
pub(crate) struct LabelLaw {
    /// Probability that the bank never learns of a fraud.
    never: f64,
    /// Probabilities of an alert over an act that the controls did not notice, and did.
    alert: [f64; 2],
    /// Probability of a complaint if there was no alert.
    complaint: f64,
    /// Share of reports that are wrong, and the probability that a wrong one is an alert.
    wrong: f64,
    wrong_alert: f64,
    /// The delays, by channel.
    delays: [Delay; 3],
    /// Share of wrong reports that are reversed, and the time that it takes.
    reversed: f64,
    reversal: Delay,
}

impl LabelLaw {
    /// Returns the law of `rules` where fraud has the kinds that `fraud` states.
    pub fn new(rules: &LabelRules, fraud: &FraudRules) -> Self {
        let all = rules.alert + rules.complaint + rules.chargeback;
        let by_customers = rules.alert + rules.complaint;
        let part = |share: f64, of: f64| if of > 0.0 { share / of } else { 0.0 };
        LabelLaw {
            never: rules.never,
            alert: alerts(part(rules.alert, all), noticed_share(fraud)),
            complaint: part(rules.complaint, rules.complaint + rules.chargeback),
            wrong: rules.wrong,
            wrong_alert: part(rules.alert, by_customers),
            delays: [
                Delay::days(rules.alert_hours / 24.0, rules.alert_spread, ALERT_MAX_DAYS),
                Delay::days(rules.complaint_days, rules.complaint_spread, CLAIM_MAX_DAYS),
                Delay::days(rules.chargeback_days, rules.chargeback_spread, CLAIM_MAX_DAYS),
            ],
            reversed: rules.reversed,
            reversal: Delay::days(rules.reversal_days, rules.reversal_spread, CLAIM_MAX_DAYS),
        }
    }

    /// Draws the delay and the source of the report of a fraudulent transaction; `None` if the bank never reports it.
    pub fn of_fraud(&self, noticed: bool, rng: &mut RngStream) -> Option<ReportPlan> {
        if rng.chance(self.never) {
            return None;
        }
        let channel = match () {
            _ if rng.chance(self.alert[usize::from(noticed)]) => LabelChannel::Alert,
            _ if rng.chance(self.complaint) => LabelChannel::Complaint,
            _ => LabelChannel::Chargeback,
        };
        Some(self.report(channel, rng))
    }

    /// Draws the delay and the source of a wrong report of a genuine payment, if there is one, at a share of fraud of
    /// `rate` now.
    #[inline]
    pub fn of_genuine(&self, rate: f64, rng: &mut RngStream) -> Option<ReportPlan> {
        // The number of true reports for each genuine transaction.
        let reports = rate * (1.0 - self.never) / (1.0 - rate);
        if !rng.chance(reports * self.wrong / (1.0 - self.wrong) / PAYMENT_SHARE) {
            return None;
        }
        let alert = rng.chance(self.wrong_alert);
        Some(self.report(if alert { LabelChannel::Alert } else { LabelChannel::Complaint }, rng))
    }

    fn report(&self, channel: LabelChannel, rng: &mut RngStream) -> ReportPlan {
        ReportPlan { after: self.delays[channel as usize].draw(rng), channel }
    }

    /// Draws the time after a wrong report until its reversal; `None` if it is not reversed.
    pub fn reversal_after(&self, rng: &mut RngStream) -> Option<Span> {
        rng.chance(self.reversed).then(|| self.reversal.draw(rng))
    }
}

/// Returns the share of fraudulent transactions that the bank's controls notice.
fn noticed_share(fraud: &FraudRules) -> f64 {
    let weights = FraudKind::ALL.map(|kind| fraud.share(kind));
    let share = |NoticedShare { adapting, not_adapting }| if fraud.adaptation { adapting } else { not_adapting };
    let shares = FraudKind::ALL.map(|kind| share(fraud_kind(kind).noticed));
    let sum: f64 = weights.iter().zip(shares).map(|(weight, share)| weight * share).sum();
    sum / weights.iter().sum::<f64>()
}

/// Returns the probabilities of an alert over acts that were not noticed and that were, such that alerts make `share`
/// of all.
fn alerts(share: f64, noticed: f64) -> [f64; 2] {
    let seen = (share * ALERT_ODDS_IF_NOTICED / (1.0 - noticed + noticed * ALERT_ODDS_IF_NOTICED)).min(1.0);
    [((share - noticed * seen) / (1.0 - noticed)).clamp(0.0, 1.0), seen]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};
    use crate::scenario::Scenario;

    const MANY: u64 = 100_000;
    /// The share that the controls notice of the usual mix.
    const SEEN: f64 = 0.3;

    fn law(rules: &str) -> LabelLaw {
        let scenario = Scenario::from_toml("test", rules).expect("valid");
        LabelLaw::new(&scenario.labels, &scenario.bank.fraud)
    }

    fn rng(n: u64) -> RngStream {
        WorldKey::new(5).rng(1, Purpose::Report, n)
    }

    /// Returns the reports of many frauds, of which the controls notice the expected share.
    fn reports(law: &LabelLaw) -> Vec<Option<ReportPlan>> {
        let noticed = |n: u64| WorldKey::new(6).rng(2, Purpose::Answer, n).chance(SEEN);
        (0..MANY).map(|n| law.of_fraud(noticed(n), &mut rng(n))).collect()
    }

    fn days_of(all: &[Option<ReportPlan>], channel: Option<LabelChannel>) -> Vec<f64> {
        let of = |one: &&ReportPlan| channel.is_none_or(|channel| channel == one.channel);
        let mut days: Vec<f64> =
            all.iter().flatten().filter(of).map(|one| one.after.as_seconds_f64() / 86_400.0).collect();
        days.sort_by(f64::total_cmp);
        days
    }

    fn quantile(sorted: &[f64], share: f64) -> f64 {
        sorted[(share * sorted.len() as f64) as usize]
    }

    fn assert_near(found: f64, wanted: f64, most: f64) {
        assert!((found - wanted).abs() < most, "{found} instead of {wanted}");
    }

    #[test]
    fn channels_have_the_stated_shares() {
        for (alert, complaint, chargeback, never) in
            [(0.2, 0.55, 0.25, 0.015), (2.0, 1.0, 1.0, 0.5), (0.0, 0.0, 7.0, 0.0)]
        {
            let law = law(&format!(
                "[labels]\nalert = {alert:?}\ncomplaint = {complaint:?}\nchargeback = {chargeback:?}\nnever = {never:?}"
            ));
            let all = reports(&law);
            let reported = all.iter().flatten().count() as f64;
            assert_near(reported / MANY as f64, 1.0 - never, 0.005);
            let channels = [LabelChannel::Alert, LabelChannel::Complaint, LabelChannel::Chargeback];
            for (channel, weight) in channels.into_iter().zip([alert, complaint, chargeback]) {
                let share = days_of(&all, Some(channel)).len() as f64 / reported;
                assert_near(share, weight / (alert + complaint + chargeback), 0.006);
            }
        }
    }

    #[test]
    fn alerts_are_likelier_over_noticed_acts_and_possible_at_any_share() {
        let [unnoticed, noticed] = alerts(0.2, SEEN);
        assert_near(noticed / unnoticed, ALERT_ODDS_IF_NOTICED, 1e-9);
        for share in (0..=100).map(|n| f64::from(n) / 100.0) {
            let [unnoticed, noticed] = alerts(share, SEEN);
            assert!(
                0.0 <= unnoticed && unnoticed <= noticed + 1e-12 && noticed <= 1.0,
                "{share}: {unnoticed}, {noticed}"
            );
            assert_near(SEEN * noticed + (1.0 - SEEN) * unnoticed, share, 1e-9);
        }
    }

    #[test]
    fn times_have_their_medians_spreads_and_limits() {
        let law =
            law("[labels]\nalert = 1.0\ncomplaint = 1.0\nchargeback = 1.0\nalert_spread = 1.5\ncomplaint_days = 20.0");
        let all = reports(&law);
        let cut = |z: f64| 0.5 * (1.0 + libm::erf(z / std::f64::consts::SQRT_2));
        for (channel, median, spread, longest) in [
            (LabelChannel::Alert, 0.125, 1.5, 1.0),
            (LabelChannel::Complaint, 20.0, 0.9, 180.0),
            (LabelChannel::Chargeback, 60.0, 0.35, 180.0),
        ] {
            let days = days_of(&all, Some(channel));
            let within = cut(libm::log(longest / median) / spread);
            for z in [-1.0, 0.0, 1.0] {
                let found = quantile(&days, cut(z) / within);
                assert_near(found / (median * libm::exp(z * spread)), 1.0, 0.05);
            }
            assert!(days[0] > 0.0 && days[days.len() - 1] <= longest, "{channel:?}");
        }
    }

    #[test]
    fn the_defaults_are_within_published_bands() {
        let all = reports(&law(""));
        let days = days_of(&all, None);
        let soon = days.iter().filter(|days| **days <= 1.0).count() as f64 / days.len() as f64;
        assert!((0.10..0.30).contains(&soon), "{soon} within a day");
        let (median, late) = (quantile(&days, 0.5), quantile(&days, 0.95));
        assert!((5.0..20.0).contains(&median) && (30.0..120.0).contains(&late), "median {median}, 95 % {late}");
        assert!(days.len() as f64 > 0.98 * MANY as f64, "less than 2 % are never labelled");
    }

    #[test]
    fn wrong_reports_have_their_share_and_most_are_reversed() {
        let law = law("[bank.fraud]\nrate = 0.2\n[labels]\nwrong = 0.05\nreversed = 0.7\nnever = 0.1");
        let wrong: Vec<ReportPlan> = (0..MANY).filter_map(|n| law.of_genuine(0.2, &mut rng(n))).collect();
        // The number of true reports for each genuine payment.
        let reports = 0.9 * 0.2 / 0.8 * MANY as f64 / PAYMENT_SHARE;
        assert_near(wrong.len() as f64 / (reports + wrong.len() as f64), 0.05, 0.004);
        assert!(wrong.iter().all(|one| one.channel != LabelChannel::Chargeback));
        let mut back: Vec<f64> = (0..MANY)
            .filter_map(|n| law.reversal_after(&mut rng(n)))
            .map(|span| span.as_seconds_f64() / 86_400.0)
            .collect();
        back.sort_by(f64::total_cmp);
        assert_near(back.len() as f64 / MANY as f64, 0.7, 0.006);
        assert_near(quantile(&back, 0.5), 14.0, 0.4);
        assert!(back[back.len() - 1] <= CLAIM_MAX_DAYS);
    }
}
