/** Five minutes as charts, each with its figures in words and as a table. */

import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { clock, count, millis, rate } from './format';
import { SLICES } from './dispositions';
import { history } from './store';
import { theme } from './theme';
import type { Columns } from './types';

interface Line {
  key: string;
  label: string;
  colour: string;
}

interface Chart {
  id: string;
  title: string;
  lines: Line[];
  stacked?: boolean;
  /** Whether its values are whole numbers. */
  whole?: boolean;
  text: (value: number) => string;
}

const WHOLE = [1, 2, 5].flatMap((step) => [0, 1, 2, 3, 4, 5, 6, 7].map((power) => step * 10 ** power)).sort((a, b) => a - b);

const percentiles = (name: string): Line[] => [
  { key: `${name}P99`, label: 'p99', colour: '--line-3' },
  { key: `${name}P95`, label: 'p95', colour: '--line-2' },
  { key: `${name}P50`, label: 'p50', colour: '--line-1' },
];

const CHARTS: Chart[] = [
  {
    id: 'calls',
    title: 'Calls a second, by where they end',
    lines: SLICES.map((slice) => ({ key: slice.name, label: slice.label, colour: slice.colour })),
    stacked: true,
    whole: true,
    text: rate,
  },
  { id: 'first-token', title: 'Time to the first token', lines: percentiles('firstToken'), text: millis },
  { id: 'answer', title: 'Time to the whole answer', lines: percentiles('answer'), text: millis },
  {
    id: 'attempts',
    title: 'Requests to targets a second',
    lines: [
      { key: 'throttled', label: 'throttled', colour: '--refused' },
      { key: 'attempts', label: 'sent', colour: '--line-1' },
    ],
    whole: true,
    text: rate,
  },
  {
    id: 'tokens',
    title: 'Tokens a second',
    lines: [
      { key: 'outputTokens', label: 'output', colour: '--line-2' },
      { key: 'inputTokens', label: 'input', colour: '--line-1' },
    ],
    whole: true,
    text: count,
  },
  {
    id: 'waiting',
    title: 'Waiting',
    lines: [
      { key: 'jobs', label: 'jobs in the queue', colour: '--queued' },
      { key: 'waiting', label: 'calls for capacity', colour: '--line-1' },
    ],
    whole: true,
    text: count,
  },
];

/** The last five minutes, so that a page that has just been opened has the same scale. */
function span(columns: Columns): [number, number] {
  const end = (columns.at[columns.at.length - 1] ?? 0) / 1_000;
  return [end - 300, end];
}

/** What uPlot draws: with `stacked` each line on top of the ones before. */
function data(chart: Chart, columns: Columns): uPlot.AlignedData {
  const at = columns.at.map((millis) => (millis ?? 0) / 1_000);
  let below: number[] = at.map(() => 0);
  const lines = chart.lines.map((line) => {
    const values = columns[line.key] ?? at.map(() => null);
    if (!chart.stacked) return values;
    below = below.map((sum, i) => sum + (values[i] ?? 0));
    return below;
  });
  return [at, ...(chart.stacked ? lines.reverse() : lines)] as uPlot.AlignedData;
}

function options(chart: Chart, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour('--quiet'), font: '11px system-ui, sans-serif', ticks: { show: false } };
  const drawn = chart.stacked ? [...chart.lines].reverse() : chart.lines;
  return {
    width,
    height: 150,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: () => span(history.peek()) },
      y: { range: (_, __, max) => [0, Math.max(max * 1.1, chart.whole ? 4 : 0) || 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 26, space: 56, incrs: [60, 120, 300], values: (_, ticks) => ticks.map((tick) => clock(tick * 1_000).slice(0, 5)) },
      { ...axis, grid: { stroke: colour('--grid'), width: 1 }, size: 54, space: 32, incrs: chart.whole ? WHOLE : undefined, values: (_, ticks) => ticks.map((tick) => (chart.whole ? count(tick) : chart.text(tick))) },
    ],
    series: [
      {},
      ...drawn.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        width: chart.stacked ? 0 : 1.75,
        fill: chart.stacked ? colour(line.colour) : undefined,
        points: { show: false },
      })),
    ],
  };
}

function Plot({ chart }: { chart: Chart }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const colours = theme.value;

  useEffect(() => {
    const element = box.current!;
    const drawn = new uPlot(options(chart, element.clientWidth), data(chart, history.peek()), element);
    plot.current = drawn;
    const size = new ResizeObserver(() => {
      if (element.clientWidth !== drawn.width) drawn.setSize({ width: element.clientWidth, height: 150 });
    });
    size.observe(element);
    const stop = history.subscribe((columns) => drawn.setData(data(chart, columns)));
    return () => {
      stop();
      size.disconnect();
      drawn.destroy();
    };
  }, [colours]);

  return <div class="plot" ref={box} aria-hidden="true" />;
}

function Figures({ chart }: { chart: Chart }) {
  const columns = history.value;
  const last = columns.at.length - 1;
  return (
    <figcaption>
      {[...chart.lines].reverse().map((line) => {
        const value = last < 0 ? null : columns[line.key]?.[last];
        if (chart.stacked && !columns[line.key]?.some((one) => one)) return null;
        if (!chart.stacked && columns[line.key] === undefined) return null;
        return (
          <span key={line.key} class="key">
            <span class="swatch" style={{ background: `var(${line.colour})` }} aria-hidden="true" />
            {line.label} <b>{value === null || value === undefined ? '–' : chart.text(value)}</b>
          </span>
        );
      })}
    </figcaption>
  );
}

/** A row for every 15 seconds, made only while it is looked at. */
function Table({ chart }: { chart: Chart }) {
  const columns = history.value;
  // Columns of nothing would push the others off a narrow screen.
  const lines = chart.stacked ? chart.lines.filter((line) => columns[line.key]?.some((one) => one)) : chart.lines;
  const rows: number[] = [];
  for (let i = columns.at.length - 1; i >= 0; i -= 15) rows.push(i);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={`${chart.title}, as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map((line) => (
              <th key={line.key} scope="col">
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={columns.at[i]}>
              <th scope="row">{clock(columns.at[i] ?? 0)}</th>
              {lines.map((line) => {
                const value = columns[line.key]?.[i];
                return <td key={line.key}>{value === null || value === undefined ? '–' : chart.text(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Panel({ chart }: { chart: Chart }) {
  const [open, setOpen] = useState(false);
  return (
    <figure class="panel chart" aria-labelledby={`chart-${chart.id}`}>
      <h3 id={`chart-${chart.id}`}>{chart.title}</h3>
      <Figures chart={chart} />
      <Plot chart={chart} />
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>As a table</summary>
        {open && <Table chart={chart} />}
      </details>
    </figure>
  );
}

export function Charts() {
  return (
    <section aria-labelledby="charts-title">
      <h2 id="charts-title">The last five minutes</h2>
      <div class="charts">
        {CHARTS.map((chart) => (
          <Panel key={chart.id} chart={chart} />
        ))}
      </div>
    </section>
  );
}
