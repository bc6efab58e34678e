// The plots: five minutes of figures, one a second, kept in this page alone. Without the library they stay empty.

const SECONDS = 300;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const round = (value) => (value == null ? '–' : value >= 100 ? Math.round(value).toLocaleString() : value.toPrecision(3));
const short = (v) => (v >= 1e6 ? `${v / 1e6}M` : v >= 1e3 ? `${v / 1e3}k` : `${v}`);

const lately = (min, max) => [Math.max(max - SECONDS, Math.min(min ?? max, max - 60)), max];
const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour12: false });

class Plot {
  constructor(id, series) {
    this.element = document.getElementById(id);
    this.names = series;
    this.data = [[], ...series.map(() => [])];
    this.draw();
  }

  draw() {
    this.plot?.destroy();
    this.plot = null;
    this.width = this.element.clientWidth;
    if (!window.uPlot || !this.element.clientWidth) return;
    const axis = { stroke: colour('--soft'), grid: { stroke: colour('--grid'), width: 1 }, ticks: { stroke: colour('--grid') } };
    this.plot = new window.uPlot({
      width: this.element.clientWidth,
      height: 150,
      cursor: { drag: { x: false, y: false } },
      scales: { x: { range: (u, min, max) => lately(min, max ?? Date.now() / 1000) }, y: { range: (u, min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [{ ...axis, space: 76, values: (u, ticks) => ticks.map(clock) }, { ...axis, size: 52, values: (u, ticks) => ticks.map(short) }],
      series: [{}, ...this.names.map(([label, colourName]) => ({
        label, stroke: colour(colourName), width: 2, spanGaps: false, points: { show: false },
        value: (u, v) => round(v ?? u.data[u.series.findIndex((s) => s.label === label)]?.at(-1)),
      }))],
    }, this.data, this.element);
  }

  add(seconds, values) {
    this.data[0].push(seconds);
    values.forEach((value, i) => this.data[i + 1].push(value));
    if (this.data[0].length > SECONDS) this.data.forEach((column) => column.shift());
    this.plot?.setData(this.data);
  }
}

export class Plots {
  constructor() {
    this.rate = new Plot('plot-rate', [['values/s', '--one'], ['instances/s', '--two']]);
    this.latency = new Plot('plot-latency', [['accepts', '--three'], ['client', '--four']]);
    this.stored = new Plot('plot-stored', [['stored', '--one'], ['lacking', '--two']]);
    const plots = [this.rate, this.latency, this.stored];
    new ResizeObserver(() => plots.filter((plot) => plot.width !== plot.element.clientWidth).forEach((plot) => plot.draw()))
      .observe(document.querySelector('.plots'));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plots.forEach((plot) => plot.draw()));
  }

  add(seconds, { values, instances, decide, client, stored, lacking }) {
    this.rate.add(seconds, [values, instances]);
    this.latency.add(seconds, [decide, client]);
    this.stored.add(seconds, [stored, lacking]);
  }
}
