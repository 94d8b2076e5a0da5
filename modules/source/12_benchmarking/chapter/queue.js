/* The queue of the chapter on benchmarking: Poisson arrivals, one model, first come, first served.
 *
 * `simulate` is all of the mathematics and needs no page; below it stands what draws. The same seed and load give the
 * same minute. It loads nothing and sends nothing.
 */
"use strict";

const Queue = (() => {
  const SERVICE_S = 0.01;
  const DURATION_S = 60;

  /** A generator of numbers in [0, 1) that a seed determines (mulberry32, by Tommy Ettinger; public domain). */
  function generator(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = state;
      mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }

  /** The times at which queries are due, in seconds: gaps are exponential with mean service / load. */
  function draw(load, seed) {
    const random = generator(seed);
    const arrivals = [];
    for (let now = 0; ; ) {
      now += (-Math.log(1 - random()) * SERVICE_S) / load;
      if (now >= DURATION_S) return arrivals;
      arrivals.push(now);
    }
  }

  /** A minute of traffic: when each query is due, starts and ends, in seconds. Everyone is served. */
  function simulate(load, seed) {
    let free = 0;
    const queries = draw(load, seed).map((due) => {
      const start = Math.max(due, free);
      free = start + SERVICE_S;
      return { due, start, end: free };
    });
    return queries;
  }

  /** The value below which a share of the values lies, counted off in sorted ones, as in the lesson. */
  function percentile(sorted, share) {
    return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)];
  }

  /** How many queries have come and not yet begun to be served. */
  function waiting(queries, moment) {
    return queries.filter((query) => query.due <= moment && query.start > moment);
  }

  /** The moment at which the line is longest: just when a query has joined it. */
  function worst(queries) {
    let longest = { length: 0, moment: 0 };
    let served = 0;
    queries.forEach((query, number) => {
      while (queries[served].start <= query.due && served < number) served += 1;
      const length = query.start > query.due ? number - served + 1 : 0;
      if (length > longest.length) longest = { length, moment: query.due };
    });
    return longest;
  }

  return { SERVICE_S, DURATION_S, draw, simulate, percentile, waiting, worst };
})();

if (typeof module !== "undefined") module.exports = Queue;

if (typeof document !== "undefined" && document.getElementById("queue-load")) {
  const at = (id) => document.getElementById(id);
  const ms = (seconds) => (1000 * seconds).toLocaleString("en", { maximumFractionDigits: seconds < 0.1 ? 1 : 0 });
  const load = at("queue-load");
  const moment = at("queue-moment");
  const seed = at("queue-seed");
  let queries = [];
  let latencies = [];
  let timer = 0;

  /** Replace a picture: `shapes` draws into an SVG of this height, as wide as its place. */
  function picture(place, height, label, shapes) {
    const width = Math.max(240, at(place).clientWidth);
    at(place).innerHTML =
      `<svg role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
      `${shapes(width)}</svg>`;
  }

  function drawLine() {
    const now = Number(moment.value);
    const line = Queue.waiting(queries, now);
    const busy = queries.some((query) => query.start <= now && query.end > now);
    const label = `At ${now.toFixed(2)} s the model is ${busy ? "busy" : "idle"} and ${line.length} queries wait.`;
    at("queue-moment-value").textContent = `${now.toFixed(2)} s`;
    moment.setAttribute("aria-valuetext", label);
    picture("queue-line", 62, label, (width) => {
      const fit = Math.floor((width - 78) / 13);
      const dots = line.slice(0, fit).map((_, n) => `<circle class="waits" cx="${72 + 13 * n}" cy="22" r="5"/>`);
      const more = line.length > fit ? ` (${line.length - fit} more than fit here)` : "";
      return (
        `<rect class="${busy ? "serves" : "idle"}" x="2" y="8" width="54" height="28" rx="4"/>` +
        `<text class="${busy ? "inside" : ""}" x="29" y="26" text-anchor="middle">${busy ? "busy" : "idle"}</text>` +
        dots.join("") +
        `<text x="2" y="54">in line at ${now.toFixed(2)} s: ${line.length}${more}</text>`
      );
    });
  }

  function drawBars() {
    const from = Math.max(0, Number(moment.value) - 0.1);
    const shown = queries.filter((query) => query.end > from && query.due < from + 0.25).slice(0, 40);
    const height = 8 + 7 * Math.max(shown.length, 4);
    const label = `Queries from ${from.toFixed(2)} s on: when each is due, waits and is served.`;
    picture("queue-bars", height, label, (width) => {
      const x = (time) => Math.max(0, Math.min(width, ((time - from) / 0.25) * width)).toFixed(1);
      const bar = (kind, start, end, y) =>
        `<rect class="${kind}" x="${x(start)}" y="${y}" width="${(x(end) - x(start)).toFixed(1)}" height="5"/>`;
      const rows = shown.map((query, n) => {
        const y = 4 + 7 * n;
        const due = `<rect class="due" x="${x(query.due)}" y="${y - 1}" width="2" height="7"/>`;
        return bar("waits", query.due, query.start, y) + bar("serves", query.start, query.end, y) + (query.due >= from ? due : "");
      });
      const now = x(Number(moment.value));
      return `${rows.join("")}<line class="now" x1="${now}" x2="${now}" y1="0" y2="${height}"/>`;
    });
  }

  function drawTail() {
    const longest = latencies[latencies.length - 1];
    const label =
      "Share of queries slower than x, both axes logarithmic: from the scheduled arrival the tail reaches " +
      `${ms(longest)} ms, from the start of service all are at ${ms(Queue.SERVICE_S)} ms.`;
    picture("queue-tail", 192, label, (width) => {
      const top = Math.max(1000, 1000 * longest);
      const x = (value) => 56 + ((width - 76) * Math.log(Math.max(1000 * value, 8) / 8)) / Math.log(top / 8);
      const y = (share) => 8 + (160 * -Math.log10(Math.max(share, 1e-4))) / 4;
      const step = Math.max(1, Math.floor(latencies.length / 400));
      const path = latencies
        .map((value, n) => [x(value), y(1 - n / latencies.length), n])
        .filter(([, , n]) => n % step === 0 || n > latencies.length - 60)
        .map(([left, down]) => `${left.toFixed(1)},${down.toFixed(1)}`);
      const naive = x(Queue.SERVICE_S).toFixed(1);
      const marks = [0.5, 0.9, 0.99].map((share) => {
        const value = Queue.percentile(latencies, share);
        const spot = `cx="${x(value).toFixed(1)}" cy="${y(1 - share).toFixed(1)}"`;
        return `<circle class="mark" ${spot} r="4"/>`;
      });
      const xTicks = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000].filter((value) => value <= top);
      const ticks = xTicks.filter((_, n) => width > 480 || n % 2 === 0).map(
        (value) => `<text x="${x(value / 1000).toFixed(1)}" y="186" text-anchor="middle">${value}</text>`
      );
      const shares = [1, 0.1, 0.01, 0.001, 0.0001].map(
        (share) => `<text x="48" y="${(y(share) + 4).toFixed(1)}" text-anchor="end">${share}</text>`
      );
      return (
        `<polyline class="honest" points="${path.join(" ")}"/>` +
        `<line class="naive" x1="${naive}" x2="${naive}" y1="8" y2="168"/>${marks.join("")}${ticks.join("")}${shares.join("")}`
      );
    });
  }

  function fill(row, values) {
    [...at(row).querySelectorAll("td")].forEach((cell, n) => (cell.textContent = ms(values[n])));
  }

  /** Work out a new minute, and say in a sentence what came of it. */
  function renew() {
    const rho = Number(load.value);
    queries = Queue.simulate(rho, Math.max(1, Math.floor(Number(seed.value)) || 1));
    latencies = queries.map((query) => query.end - query.due).sort((a, b) => a - b);
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => Queue.percentile(latencies, share));
    fill("queue-honest", [p50, p90, p99, latencies[latencies.length - 1]]);
    fill("queue-naive", [0, 0, 0, 0].map(() => Queue.SERVICE_S));
    const { length } = Queue.worst(queries);
    at("queue-load-value").textContent = rho.toFixed(2);
    load.setAttribute("aria-valuetext", `${rho.toFixed(2)} of capacity`);
    const growing = rho >= 1 ? " At this load the line only grows: these numbers say how long the minute was." : "";
    at("queue-said").textContent =
      `Load ${rho.toFixed(2)}: ${queries.length.toLocaleString("en")} queries, the longest line ${length}. ` +
      `p99 is ${ms(p99)} ms from the scheduled arrival and ${ms(Queue.SERVICE_S)} ms from the start of service.${growing}`;
    drawAll();
  }

  function drawAll() {
    drawLine();
    drawBars();
    drawTail();
  }

  function goTo(time) {
    moment.value = time.toFixed(2);
    drawLine();
    drawBars();
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    at("queue-play").textContent = "Play";
    at("queue-play").setAttribute("aria-pressed", "false");
  }

  /** Ten times slower than the clock, so that single queries can be followed. */
  function play() {
    if (timer) return pause();
    at("queue-play").textContent = "Pause";
    at("queue-play").setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      const next = Number(moment.value) + 0.01;
      if (next > Queue.DURATION_S) pause();
      else goTo(next);
    }, 100);
  }

  load.addEventListener("input", renew);
  seed.addEventListener("change", renew);
  moment.addEventListener("input", () => goTo(Number(moment.value)));
  at("queue-play").addEventListener("click", play);
  at("queue-worst").addEventListener("click", () => goTo(Queue.worst(queries).moment + 0.005));
  window.addEventListener("resize", drawAll);
  renew();
  at("queue-worst").click();
}
