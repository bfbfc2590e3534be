// The town on a map: where events happen, trips as they go, incidents, road works and the weather. Draws what it is told;
// asks nobody.
"use strict";

const KEPT_DOTS = 900;
const FADE_MS = 20000;
const NEAR_PIXELS = 18;
const town = { dots: [], sky: null, roads: null, ground: null, paints: null, spot: null };

// Takes a record that was understood.
function mark(seen) {
  if (!seen.place || !Number.isFinite(seen.place.lat)) return;
  town.dots.push({ ...seen, born: performance.now() });
  if (town.dots.length > KEPT_DOTS) town.dots.splice(0, town.dots.length - KEPT_DOTS);
}

// Another region is looked at.
function forget() {
  Object.assign(town, { dots: [], sky: null, roads: null, ground: null });
}

function colours() {
  const of = getComputedStyle(document.documentElement);
  const names = ["bank", "ride", "shop", "fraud", "incident", "works", "faint", "line", "other"];
  return Object.fromEntries(names.map((name) => [name, of.getPropertyValue("--" + name).trim()]));
}

// Fits the canvas to its place; the projection of the region onto it.
function projection(canvas) {
  const bounds = state.world.regions[state.region].bounds;
  const squeeze = Math.cos(((bounds.north + bounds.south) / 2) * Math.PI / 180);
  const tall = (bounds.north - bounds.south) / ((bounds.east - bounds.west) * squeeze);
  const width = Math.max(300, Math.round(canvas.clientWidth * Math.min(2, devicePixelRatio || 1)));
  const height = Math.round(width * Math.min(1.1, Math.max(0.4, tall)));
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    town.ground = null;
  }
  return (place) => [
    (place.lon - bounds.west) / (bounds.east - bounds.west) * width,
    (bounds.north - place.lat) / (bounds.north - bounds.south) * height,
  ];
}

// Everything that ever happened here leaves a trace, so that the town shows itself.
function ground(canvas) {
  if (!town.ground) {
    town.ground = document.createElement("canvas");
    Object.assign(town.ground, { width: canvas.width, height: canvas.height });
  }
  return town.ground;
}

function trace(canvas, dot, scale) {
  if (dot.isTraced) return;
  dot.isTraced = true;
  const ink = ground(canvas).getContext("2d");
  const [x, y] = town.spot(dot.place);
  ink.globalAlpha = 0.22;
  ink.fillStyle = town.paints.faint;
  ink.fillRect(x - scale, y - scale, 2 * scale, 2 * scale);
}

function draw() {
  requestAnimationFrame(draw);
  if (!state.world || document.hidden) return;
  const canvas = at("map");
  town.spot = projection(canvas);
  town.paints = colours();
  const ink = canvas.getContext("2d");
  const now = performance.now();
  const scale = Math.max(0.8, canvas.width / 960);
  ink.clearRect(0, 0, canvas.width, canvas.height);
  ink.drawImage(ground(canvas), 0, 0);
  drawWeather(ink, canvas, now, scale);
  drawRoads(ink, now, scale);
  town.dots = town.dots.filter((dot) => now - dot.born < FADE_MS);
  for (const dot of town.dots) {
    trace(canvas, dot, scale);
    drawDot(ink, dot, (now - dot.born) / FADE_MS, scale);
  }
  ink.globalAlpha = 1;
}

// Rain falls, snow drifts, fog veils; who asked for less motion sees it stand still.
function drawWeather(ink, canvas, now, scale) {
  const kind = town.sky ? town.sky.weather : "";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const time = still ? 0 : now;
  if (kind === "Fog" || kind === "Clouds") {
    ink.globalAlpha = kind === "Fog" ? 0.25 : 0.08;
    ink.fillStyle = town.paints.faint;
    ink.fillRect(0, 0, canvas.width, canvas.height);
  }
  const fall = { Rain: [60, 14, 0.5], "Heavy Rain": [140, 20, 0.8], Thunderstorm: [160, 22, 0.9], Snow: [120, 2, 0.08] }[kind];
  if (!fall) return;
  const [count, long, speed] = fall;
  ink.globalAlpha = 0.45;
  ink.strokeStyle = town.paints.faint;
  ink.lineWidth = (kind === "Snow" ? 2.5 : 1) * scale;
  ink.beginPath();
  for (let n = 0; n < count; n += 1) {
    // Spread evenly without chance, so that no drop jumps.
    const x = ((n * 0.618034) % 1) * canvas.width;
    const y = (((n * 0.754878) % 1) * canvas.height + time * speed * scale) % canvas.height;
    ink.moveTo(x, y);
    ink.lineTo(x - long * 0.25 * scale, y + long * scale);
  }
  ink.stroke();
}

function drawRoads(ink, now, scale) {
  if (!town.roads) return;
  ink.globalAlpha = 0.9;
  ink.lineWidth = 2 * scale;
  ink.strokeStyle = town.paints.works;
  for (const one of town.roads.road_works || []) {
    const [x, y] = town.spot(one.at);
    ink.strokeRect(x - 5 * scale, y - 5 * scale, 10 * scale, 10 * scale);
  }
  ink.fillStyle = ink.strokeStyle = town.paints.incident;
  for (const one of town.roads.incidents || []) {
    const [x, y] = town.spot(one.at);
    const big = (7 + Math.min(7, one.delay_seconds / 90)) * scale;
    ink.beginPath();
    ink.moveTo(x, y - big);
    ink.lineTo(x + big, y + big * 0.8);
    ink.lineTo(x - big, y + big * 0.8);
    ink.closePath();
    ink.fill();
  }
}

function drawDot(ink, dot, age, scale) {
  const [x, y] = town.spot(dot.place);
  ink.globalAlpha = 1 - age;
  ink.fillStyle = ink.strokeStyle = town.paints[dot.kind] || town.paints.other;
  if (dot.from && Number.isFinite(dot.from.lat)) {
    const [fromX, fromY] = town.spot(dot.from);
    const along = Math.min(1, age * 4);
    const [hereX, hereY] = [fromX + (x - fromX) * along, fromY + (y - fromY) * along];
    ink.lineWidth = 1.5 * scale;
    ink.beginPath();
    ink.moveTo(fromX, fromY);
    ink.lineTo(hereX, hereY);
    ink.stroke();
    disc(ink, hereX, hereY, 4 * scale);
    return;
  }
  disc(ink, x, y, (dot.kind === "fraud" ? 7 : 4) * scale);
  if (dot.kind !== "fraud" || age > 0.2) return;
  // A fraud that just happened rings.
  ink.lineWidth = 2 * scale;
  ink.beginPath();
  ink.arc(x, y, (7 + age * 120) * scale, 0, 2 * Math.PI);
  ink.stroke();
}

function disc(ink, x, y, big) {
  ink.beginPath();
  ink.arc(x, y, big, 0, 2 * Math.PI);
  ink.fill();
}

// Whose event lies under the pointer.
function pick(event) {
  const canvas = at("map");
  if (!town.spot) return;
  const ratio = canvas.width / canvas.clientWidth;
  const [x, y] = [event.offsetX * ratio, event.offsetY * ratio];
  let [best, least] = [null, NEAR_PIXELS * ratio];
  for (const dot of town.dots) {
    const [dotX, dotY] = town.spot(dot.place);
    const away = Math.hypot(dotX - x, dotY - y);
    if (away <= least) [best, least] = [dot, away];
  }
  if (best) show(best.who);
}

at("map").addEventListener("click", pick);
