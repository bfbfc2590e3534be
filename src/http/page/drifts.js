// The drifts on a timeline, and forms to start and stop them. Uses the API.
"use strict";

const DAY_MS = 86400000;
const MOST_VISITS = 24;

async function learnDrifts() {
  try {
    showDrifts(await ask("GET", "/drifts"));
  } catch (error) {
    at("drifts-span").textContent = error.message;
  }
}

// The spans in which a drift is in force, each with its transitions: [begins, full, leaves, gone] in milliseconds.
function spans(drift, until) {
  const [start, centre, end] = [drift.start, drift.centre, drift.end].map((text) => Date.parse(text));
  const stopped = drift.until ? Date.parse(drift.until) : Infinity;
  const cut = (span) => span.map((instant) => Math.min(instant, stopped));
  if (drift.length_seconds === null || drift.length_seconds === undefined) return [cut([start, end, until, until])];
  const long = drift.length_seconds * 1000;
  const period = drift.period_seconds ? drift.period_seconds * 1000 : Infinity;
  const found = [];
  for (let n = 0; n < MOST_VISITS; n += 1) {
    const later = n === 0 ? 0 : n * period;
    if (start + later > Math.min(until, stopped) || !Number.isFinite(later)) break;
    found.push(cut([start + later, end + later, start + later + long, end + later + long]));
  }
  return found;
}

function showDrifts(told) {
  const now = Date.parse(told.virtual_now);
  const list = at("drifts");
  if (list.contains(document.activeElement)) return;
  if (!told.drifts.length) {
    at("drifts-span").textContent = "This world has no drifts.";
    list.replaceChildren();
    return;
  }
  const edges = told.drifts.flatMap((one) => [Date.parse(one.start), Date.parse(one.end) + (one.length_seconds || 0) * 1000]);
  const from = Math.min(now, ...edges) - 3 * DAY_MS;
  const to = Math.max(now, ...edges) + 15 * DAY_MS;
  const day = (instant) => new Date(instant).toISOString().slice(0, 10);
  at("drifts-span").textContent = "From " + day(from) + " to " + day(to) + "; the line is now, " + clock(told.virtual_now) + ".";
  const isGone = (drift) => drift.state === "over" || drift.state === "stopped";
  const all = [...told.drifts.filter((one) => !isGone(one)), ...told.drifts.filter(isGone)];
  list.replaceChildren(...all.map((drift) => driftRow(drift, now, from, to)));
}

function driftRow(drift, now, from, to) {
  const row = element("li");
  const place = (instant) => 100 * Math.min(1, Math.max(0, (instant - from) / (to - from)));
  const short = (value) => Number(value.toPrecision(4)).toString();
  const head = element("p", undefined, "row");
  const whom = [drift.region, drift.persona].filter(Boolean).join(", ");
  const share = drift.share < 1 ? ", " + Math.round(drift.share * 100) + " % of people" : "";
  head.append(element("strong", drift.drift_id));
  head.append(element("span", drift.key + " " + short(drift.from) + " → " + short(drift.to) + (whom ? ", " + whom : "") + share, "what"));
  head.append(element("span", drift.state + (drift.state === "in-force" ? ", " + Math.round(drift.progress * 100) + " %" : ""), "tag " + drift.state));
  row.append(head);
  const line = element("div", undefined, "timeline " + drift.class);
  for (const [begins, full, leaves, gone] of spans(drift, to)) {
    if (gone < from || begins > to) continue;
    const bar = element("span", undefined, "bar");
    bar.style.left = place(begins) + "%";
    bar.style.width = Math.max(0.6, place(gone) - place(begins)) + "%";
    const whole = Math.max(1, gone - begins);
    const share = (instant) => Math.round(100 * Math.min(1, Math.max(0, (instant - begins) / whole))) + "%";
    bar.style.setProperty("--full", share(full));
    bar.style.setProperty("--leaves", share(leaves));
    line.append(bar);
  }
  const here = element("span", undefined, "now");
  here.style.left = place(now) + "%";
  line.append(here);
  line.title = drift.kind + ", " + drift.class + ": " + clock(drift.start) + " to " + clock(drift.end);
  row.append(line);
  if (drift.state === "scheduled" || drift.state === "in-force") head.append(stopButton(drift.drift_id));
  return row;
}

function stopButton(id) {
  const button = element("button", "Stop");
  button.type = "button";
  button.setAttribute("aria-label", "Stop " + id);
  button.addEventListener("click", async () => {
    const isSure = await sure("Stop the drift " + id + "? The rule returns to its base value now.");
    button.blur();
    if (isSure) await order(() => ask("DELETE", "/drifts/" + encodeURIComponent(id)));
  });
  return button;
}

// Starts or stops drifts, and shows when that takes effect.
function order(asking) {
  return act("drifted", async () => {
    const told = await asking();
    const names = [["starts", told.started], ["ends", told.ended]].filter((pair) => pair[1].length);
    learnDrifts();
    return names.map(([what, ids]) => what + " " + ids.join(", ")).join("; ") + ": takes effect at " + clock(told.effective);
  });
}

async function startDrift(event) {
  event.preventDefault();
  const body = { scenario: at("drift").value };
  const later = Number(at("drift-begins").value);
  if (later) body.after_seconds = later;
  const when = at("drift-begins").selectedOptions[0].textContent;
  if (!(await sure("Start the drift " + body.scenario + " " + when + "? It becomes a permanent part of this world."))) return;
  await order(() => ask("POST", "/drifts", body));
}

function listenToDrifts() {
  at("start-drift").addEventListener("submit", startDrift);
}
