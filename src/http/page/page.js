// The page of a running world: shows what the live tail tells, and asks the API. The map is drawn in town.js, the drifts in
// drifts.js. Asks nobody else.
"use strict";

// Beside the page, which may lie under a path of a proxy.
const API = "api/v1";
const KEPT_EVENTS = 60;
const KEPT_BURSTS = 8;
const CAMPAIGNS = 6;
const at = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
const state = { status: null, world: null, region: 0, bursts: new Map() };

// Asks the API; the answer, or an error with the sentence of the problem.
async function ask(method, path, body) {
  // No page from elsewhere can send this header without asking first, and nobody is allowed to.
  const options = { method, headers: { "X-Populace-Page": "1" } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(API + path, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail || "the world answered with " + response.status);
  return answer;
}

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function say(where, text, isBad) {
  at(where).textContent = text;
  at(where).classList.toggle("bad", Boolean(isBad));
}

function clock(text) {
  return text ? text.slice(0, 19).replace("T", " ") + " UTC" : "no time yet";
}

function span(seconds) {
  const size = Math.abs(seconds);
  if (size < 120) return seconds.toFixed(1) + " s";
  if (size < 7200) return (seconds / 60).toFixed(0) + " min";
  return size < 172800 ? (seconds / 3600).toFixed(1) + " h" : (seconds / 86400).toFixed(1) + " days";
}

function showStatus(status) {
  state.status = status;
  at("clock").textContent = clock(status.virtual_now);
  const waits = status.ahead_seconds > 0 && !status.paused;
  const away = status.sink_away ? "the sink is away" : waits ? "waiting: " + span(status.ahead_seconds) + " ahead of the wall clock" : null;
  say("state", away || (status.paused ? "paused" : status.phase) + " · " + status.speed + (Number(status.speed) ? " ×" : ""), Boolean(away));
  if (!state.isSpeedShown) showSpeed(status.speed);
  at("pause").textContent = status.paused ? "Resume" : "Pause";
  const rows = Object.entries(status.events_by_topic || {}).map(([topic, count]) => {
    const row = element("tr");
    row.append(element("td", topic));
    row.append(element("td", number.format((status.events_per_second_by_topic || {})[topic] || 0)));
    row.append(element("td", number.format(count)));
    return row;
  });
  at("topics").replaceChildren(...rows);
  showNumbers([
    ["all events", number.format(status.events)],
    ["virtual seconds a second", number.format(status.virtual_seconds_per_second || 0)],
    ["behind the clock", status.lag_seconds === null ? "–" : span(status.lag_seconds)],
    ["people, drivers", number.format(status.people || 0) + ", " + number.format(status.drivers || 0)],
    ["sink", (status.sink || "–") + ((status.sink || "").includes("kafka") ? ", " + number.format(status.commits) + " commits" : "")],
    ["last checkpoint", number.format(status.checkpoint)],
    ["world", status.world || "–"],
  ]);
}

// The form begins with the speed that there is, where that is one of its choices.
function showSpeed(speed) {
  state.isSpeedShown = true;
  const choices = [...at("speed").options].map((option) => option.value);
  if (choices.includes(speed)) at("speed").value = speed;
}

function showNumbers(pairs) {
  at("numbers").replaceChildren(...pairs.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

// What a record is, in a line, and where on the map.
function understood(stream, record) {
  if (stream === "transactions") {
    const isFraud = Number(record.is_fraud) === 1;
    const text = (record.amount ?? "?") + " " + (record.currency ?? "") + " · " + (record.merchant_id ?? "") + " · " + (record.product_category ?? "");
    return { kind: isFraud ? "fraud" : "bank", text: (isFraud ? "FRAUD " : "") + text, who: record.user_id, place: record.location };
  }
  if (stream === "trips") {
    const minutes = Math.round((record.simulated_actual_travel_time_seconds ?? 0) / 60);
    const text = (record.driver_id ?? "") + " · " + (record.estimated_distance_km ?? "?") + " km · " + minutes + " min";
    return { kind: "ride", text, who: record.driver_id, place: record.destination, from: record.origin };
  }
  if (stream !== "interactions") {
    const what = record.label ?? record.outcome ?? record.phase ?? "";
    return { kind: "other", text: [stream, what, record.drift_id ?? record.transaction_id ?? record.trip_id ?? ""].join(" · "), who: record.user_id ?? record.driver_id };
  }
  const text = (record.event_type ?? "") + " · " + (record.product_id ?? record.search_query ?? record.product_category ?? "");
  return { kind: "shop", text, who: record.customer_id, place: record.location };
}

function showRecord({ stream, record }) {
  const seen = understood(stream, record);
  const entry = element("li");
  const button = element("button", (record.timestamp || "").slice(11, 19) + "  " + seen.text, seen.kind);
  button.type = "button";
  button.addEventListener("click", () => show(seen.who));
  entry.append(button);
  entry.dataset.stream = stream;
  const list = at("latest");
  // A focused entry stays in its place.
  if (!list.matches(":hover") && !list.contains(document.activeElement)) {
    entry.hidden = at("only").value !== "" && at("only").value !== stream;
    list.prepend(entry);
    const same = list.querySelectorAll('li[data-stream="' + stream + '"]');
    if (same.length > KEPT_EVENTS) same[same.length - 1].remove();
  }
  if (seen.kind === "fraud") showBurst(seen, record);
  mark(seen);
}

// Frauds by the person they are done to, the last on top.
function showBurst(seen, record) {
  const old = state.bursts.get(seen.who) || { count: 0, sum: 0 };
  state.bursts.delete(seen.who);
  const sum = old.sum + (Number(record.amount) || 0);
  state.bursts.set(seen.who, { count: old.count + 1, sum, last: record.timestamp, currency: record.currency });
  if (state.bursts.size > KEPT_BURSTS) state.bursts.delete(state.bursts.keys().next().value);
  const list = at("bursts");
  if (list.matches(":hover") || list.contains(document.activeElement)) return;
  const entries = [...state.bursts].reverse().map(([who, burst]) => {
    const entry = element("li");
    const text = clock(burst.last).slice(5, 16) + "  " + burst.count + " × · " + number.format(Math.round(burst.sum)) + " " + (burst.currency || "") + " · " + String(who).slice(0, 8);
    const button = element("button", text, "fraud");
    button.type = "button";
    button.addEventListener("click", () => show(who));
    entry.append(button);
    return entry;
  });
  list.replaceChildren(...entries);
}

// The last campaigns that began within a day, planned or asked for: the ground truth.
async function learnCampaigns() {
  if (!state.status || !state.status.virtual_now) return;
  const now = new Date(state.status.virtual_now);
  const from = new Date(now - 86400000).toISOString();
  const day = "/campaigns?from=" + encodeURIComponent(from) + "&to=" + encodeURIComponent(now.toISOString());
  try {
    const { total } = await ask("GET", day + "&count=1");
    const found = await ask("GET", day + "&count=" + CAMPAIGNS + "&skip=" + Math.max(0, total - CAMPAIGNS));
    const rows = found.items.reverse().map((one) => element("li", clock(one.start).slice(5, 16) + "  " + one.kind + " · " + one.region + " · " + number.format(one.victims) + (one.victims === 1 ? " victim" : " victims") + (one.command ? " · asked for" : "")));
    if (total > rows.length) rows.push(element("li", "and " + number.format(total - rows.length) + " before", "hint"));
    at("campaigns").replaceChildren(...(rows.length ? rows : [element("li", "none", "hint")]));
  } catch {
    at("campaigns").replaceChildren();
  }
}

// Follows the live tail; fetch instead of EventSource, so that a lost world is told and found again.
async function follow() {
  for (;;) {
    try {
      const response = await fetch(API + "/events");
      if (!response.ok) throw new Error("the world answered with " + response.status);
      await read(response.body.pipeThrough(new TextDecoderStream()).getReader());
      say("state", "the world has stopped", true);
    } catch (error) {
      say("state", "no world: " + error.message, true);
    }
    await new Promise((done) => setTimeout(done, 2000));
  }
}

async function read(reader) {
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    parts.forEach(take);
  }
}

function take(text) {
  const [first, second] = text.split("\n");
  const name = first.replace("event: ", "");
  const data = JSON.parse(second.replace("data: ", ""));
  if (name === "status") {
    showStatus(data);
    if (!state.world && data.world) learnWorld();
  } else if (name === "record") {
    showRecord(data);
  }
}

async function learnWorld() {
  try {
    state.world = await ask("GET", "/world");
  } catch {
    return;
  }
  at("only").append(...state.world.topics.map((topic) => {
    const option = element("option", topic.name);
    option.value = topic.stream;
    return option;
  }));
  at("region").replaceChildren(...state.world.regions.map((region, n) => {
    const option = element("option", region.name);
    option.value = String(n);
    return option;
  }));
  learn();
}

// What is asked for now and then.
function learn() {
  if (document.hidden) return;
  learnWeather();
  learnCampaigns();
  learnDrifts();
}

async function learnWeather() {
  if (!state.world) return;
  try {
    const name = state.world.regions[state.region].name;
    const mine = (all) => all.regions.find((one) => one.region === name);
    const sky = mine(await ask("GET", "/weather"));
    const roads = mine(await ask("GET", "/traffic"));
    Object.assign(town, { sky, roads });
    const incidents = (roads.incidents || []).length;
    at("weather").textContent = sky.local_time.slice(11) + " local · " + sky.weather + ", " + sky.temperature_celsius.toFixed(1)
      + " °C · traffic × " + roads.slowdown + " · " + incidents + (incidents === 1 ? " incident" : " incidents");
  } catch {
    at("weather").textContent = "";
  }
}

async function show(who) {
  if (!who) return;
  at("who").value = who;
  const isDriver = String(who).startsWith("driver_");
  try {
    const found = await ask("GET", (isDriver ? "/drivers/" : "/people/") + encodeURIComponent(who));
    card(found, isDriver);
    if (!isDriver) at("victim").value = who;
  } catch (error) {
    at("card").replaceChildren(element("p", error.message, "bad"));
  }
  at("card").focus({ preventScroll: false });
}

function card({ virtual_now: when, profile }, isDriver) {
  const list = element("dl");
  const line = (name, value) => list.append(element("dt", name), element("dd", value));
  line("as of", clock(when));
  line("region", profile.region);
  if (isDriver) {
    line("drives", profile.vehicle_type + ", rated " + profile.rating);
    line("is", profile.status);
    line("trips", number.format(profile.trips_ever));
  } else {
    line("life", profile.persona + (profile.riding ? ", riding now" : "") + (profile.under_attack ? ", under attack" : ""));
    line("account", (profile.account_open ? "since " : "opens ") + clock(profile.account_opened));
    line("devices", profile.devices.map((one) => one.os + " " + one.browser).join(", "));
    line("transactions", number.format(profile.transactions));
    line("shop events", number.format(profile.interactions));
    line("cart", number.format((profile.cart || []).length || 0) + " things");
  }
  const history = element("ol");
  for (const act of [...profile.history].reverse()) {
    const size = act.minor_units !== undefined ? " " + (act.minor_units / 100).toFixed(2) : act.seconds !== undefined ? " " + Math.round(act.seconds / 60) + " min" : "";
    history.append(element("li", clock(act.at).slice(0, 19) + "  " + act.kind + size, String(act.kind).toLowerCase() === "fraud" ? "bad" : ""));
  }
  at("card").replaceChildren(list, element("h3", "Last acts"), history);
}

function sure(text) {
  const dialog = at("sure");
  at("sure-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

async function act(where, doing) {
  try {
    say(where, await doing());
  } catch (error) {
    say(where, error.message, true);
  }
}

function pauseOrResume() {
  const path = state.status && state.status.paused ? "/resume" : "/pause";
  act("answer", async () => {
    const set = await ask("POST", path);
    return (set.paused ? "paused at " : "going on from ") + clock(set.virtual_now);
  });
}

// What the form says.
function injection() {
  const body = { kind: at("kind").value };
  const user = at("victim").value.trim();
  if (at("inject").dataset.against === "many") {
    body.victims = Number(at("victims").value);
    if (state.world) body.region = state.world.regions[state.region].name;
  } else {
    if (user) body.user = user;
    if (body.kind === "transaction") body.amount = at("amount").value.trim();
    else Object.assign(body, { count: Number(at("count").value), within_seconds: Number(at("within").value) });
  }
  if (at("begins").value !== "0") body.after_seconds = Number(at("begins").value);
  return body;
}

// Shows the fields that what was chosen has.
function chooseInjection() {
  const form = at("inject");
  const isPurchase = at("kind").value === "transaction";
  if (isPurchase) at("against").value = "one";
  at("against").disabled = isPurchase;
  form.dataset.against = at("against").value;
  form.dataset.kind = isPurchase ? "purchase" : "fraud";
}

async function inject(event) {
  event.preventDefault();
  const body = injection();
  const whom = body.victims ? body.victims + " people of " + (body.region || "the first region") : body.user || "anybody";
  const what = at("kind").selectedOptions[0].textContent + " to " + whom;
  const when = body.after_seconds ? ", " + at("begins").selectedOptions[0].textContent : "";
  if (!(await sure("Inject: " + what + when + "? It becomes part of this world for good."))) return;
  act("injected", async () => what + ": takes effect at " + clock((await ask("POST", "/inject", body)).effective));
}

async function anybody() {
  const people = (state.status && state.status.people) || 1;
  const page = await ask("GET", "/people?count=1&open=true&from=" + Math.floor(Math.random() * people));
  if (page.items.length) show(page.items[0].user_id);
}

function listen() {
  at("pause").addEventListener("click", pauseOrResume);
  at("set-speed").addEventListener("click", () => act("answer", async () => {
    const chosen = at("speed").value;
    const set = await ask("POST", "/speed", { to: Number(chosen) || chosen });
    return "speed " + set.speed + " from " + clock(set.virtual_now);
  }));
  at("checkpoint").addEventListener("click", () => act("answer", async () => {
    const saved = await ask("POST", "/checkpoint");
    return "checkpoint " + saved.checkpoint + " at " + clock(saved.virtual_now);
  }));
  at("region").addEventListener("change", () => {
    state.region = Number(at("region").value);
    forget();
    learn();
  });
  at("find").addEventListener("submit", (event) => {
    event.preventDefault();
    show(at("who").value.trim());
  });
  at("anybody").addEventListener("click", () => act("answer", async () => ((await anybody()), "")));
  at("inject").addEventListener("submit", inject);
  ["kind", "against"].forEach((id) => at(id).addEventListener("change", chooseInjection));
  at("only").addEventListener("change", () => {
    const only = at("only").value;
    for (const entry of at("latest").children) entry.hidden = only !== "" && entry.dataset.stream !== only;
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || at("sure").open;
    if (event.key === "p" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) pauseOrResume();
  });
  setInterval(learn, 10000);
}

// The other scripts are there by then.
addEventListener("DOMContentLoaded", () => {
  listen();
  chooseInjection();
  listenToDrifts();
  follow();
  draw();
});
