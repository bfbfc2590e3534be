// The page of a running world: shows what the live tail tells, asks the API, and draws the town. Asks nobody else.
"use strict";

const API = "/api/v1";
const KEPT_EVENTS = 60;
const KEPT_DOTS = 900;
const FADE_MS = 20000;
const at = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
const state = { status: null, world: null, dots: [], region: 0, dirty: true };

// Asks the API; the answer, or an error with the sentence of the problem.
async function ask(method, path, body) {
  const options = { method, headers: {} };
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
  const away = status.sink_away ? "the sink is away" : null;
  say("state", away || (status.paused ? "paused" : status.phase) + " · " + status.speed, Boolean(away));
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
    ["sink", (status.sink || "–") + (status.sink === "kafka" ? ", " + number.format(status.commits) + " commits" : "")],
    ["last checkpoint", number.format(status.checkpoint)],
    ["world", status.world || "–"],
  ]);
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
  const list = at("latest");
  // Whoever is choosing one keeps it under the finger.
  if (!list.matches(":hover") && !list.contains(document.activeElement)) {
    list.prepend(entry);
    while (list.children.length > KEPT_EVENTS) list.lastChild.remove();
  }
  if (seen.place && Number.isFinite(seen.place.lat)) {
    state.dots.push({ ...seen, born: performance.now() });
    if (state.dots.length > KEPT_DOTS) state.dots.splice(0, state.dots.length - KEPT_DOTS);
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
  at("region").replaceChildren(...state.world.regions.map((region, n) => {
    const option = element("option", region.name);
    option.value = String(n);
    return option;
  }));
  learnWeather();
}

async function learnWeather() {
  if (!state.world) return;
  try {
    const name = state.world.regions[state.region].name;
    const mine = (all) => all.regions.find((one) => one.region === name);
    const sky = mine(await ask("GET", "/weather"));
    const roads = mine(await ask("GET", "/traffic"));
    at("weather").textContent = sky.local_time.slice(11) + " local · " + sky.weather + ", " + sky.temperature_celsius.toFixed(1) + " °C · traffic × " + roads.slowdown;
  } catch {
    at("weather").textContent = "";
  }
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

function draw() {
  requestAnimationFrame(draw);
  if (!state.world || document.hidden) return;
  const canvas = at("map");
  const bounds = state.world.regions[state.region].bounds;
  const squeeze = Math.cos(((bounds.north + bounds.south) / 2) * Math.PI / 180);
  const tall = (bounds.north - bounds.south) / ((bounds.east - bounds.west) * squeeze);
  const width = Math.max(300, Math.round(canvas.clientWidth * Math.min(2, devicePixelRatio || 1)));
  const height = Math.round(width * Math.min(1.1, Math.max(0.4, tall)));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const ink = canvas.getContext("2d");
  ink.clearRect(0, 0, width, height);
  const spot = (place) => [
    (place.lon - bounds.west) / (bounds.east - bounds.west) * width,
    (bounds.north - place.lat) / (bounds.north - bounds.south) * height,
  ];
  const now = performance.now();
  const colours = { bank: colour("bank"), ride: colour("ride"), shop: colour("shop"), fraud: colour("fraud") };
  state.dots = state.dots.filter((dot) => now - dot.born < FADE_MS);
  for (const dot of state.dots) drawDot(ink, dot, spot, colours[dot.kind], (now - dot.born) / FADE_MS, Math.max(0.8, width / 960));
  ink.globalAlpha = 1;
}

function drawDot(ink, dot, spot, paint, age, scale) {
  const [x, y] = spot(dot.place);
  ink.globalAlpha = 1 - age;
  ink.fillStyle = ink.strokeStyle = paint;
  const big = dot.kind === "fraud" ? 7 : 4;
  if (dot.from && Number.isFinite(dot.from.lat)) {
    const [fromX, fromY] = spot(dot.from);
    const along = Math.min(1, age * 4);
    ink.lineWidth = 1.5 * scale;
    ink.beginPath();
    ink.moveTo(fromX, fromY);
    ink.lineTo(fromX + (x - fromX) * along, fromY + (y - fromY) * along);
    ink.stroke();
    if (along < 1) return;
  }
  ink.beginPath();
  ink.arc(x, y, big * scale, 0, 2 * Math.PI);
  ink.fill();
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

async function inject(event) {
  event.preventDefault();
  const body = { kind: at("kind").value };
  const user = at("victim").value.trim();
  if (user) body.user = user;
  if (body.kind === "transaction") body.amount = at("amount").value.trim();
  else Object.assign(body, { count: Number(at("count").value), within_seconds: Number(at("within").value) });
  const what = at("kind").selectedOptions[0].textContent + (user ? " to " + user : " to anybody");
  if (!(await sure("Inject: " + what + "? It becomes part of this world for good."))) return;
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
    learnWeather();
  });
  at("find").addEventListener("submit", (event) => {
    event.preventDefault();
    show(at("who").value.trim());
  });
  at("anybody").addEventListener("click", () => act("answer", async () => ((await anybody()), "")));
  at("inject").addEventListener("submit", inject);
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || at("sure").open;
    if (event.key === "p" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) pauseOrResume();
  });
  setInterval(learnWeather, 15000);
}

listen();
follow();
draw();
