// Prints a stage's figures as a table, and how they stand to nginx's.
const COLUMNS = {
  'per second': each => each.warm?.perSecond,
  'per CPU second': each => each.warm?.perCpuSecond,
  'CPU s / 100k': each => each.warm?.cpuPer100k,
  'x nginx': (each, all) => each.warm && all.nginx && each.warm.cpuPer100k / all.nginx.warm.cpuPer100k,
  'x none': each => each.timesWithoutTelemetry,
  'alone p50 ms': each => each.alone?.p50Ms,
  'cold per second': each => each.cold?.perSecond,
  'cold CPU s / 100k': each => each.cold?.cpuPer100k,
  'first byte p50 ms': each => each.p50Ms,
  'first byte p99 ms': each => each.p99Ms,
  'added p50 ms': each => each.addedMs?.p50,
  'added p99 ms': each => each.addedMs?.p99,
  complete: each => each.complete,
  'at once': each => each.mostOpen,
  'longest silence ms': each => each.longestSilenceMs,
  'CPU s': each => each.cpuSeconds,
  'RSS MB': each => each.rssMb ?? (each.mostRssMb || undefined),
  'first answer s': each => each.firstAnswerSeconds,
  failed: each => each.warm?.failed,
};

const show = value =>
  value === undefined ? '' : Number.isInteger(value) || Math.abs(value) >= 1_000 ? String(Math.round(value)) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);

export function print(stage, results) {
  const columns = Object.entries(COLUMNS).filter(([, of]) => Object.values(results).some(each => of(each, results) !== undefined));
  const rows = [
    [stage, ...columns.map(([title]) => title)],
    ...Object.entries(results).map(([name, each]) => [name, ...columns.map(([, of]) => show(of(each, results)))]),
  ];
  const widths = rows[0].map((_, i) => Math.max(...rows.map(row => row[i].length)));
  console.log();
  for (const row of rows) {
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ').trimEnd());
  }
}
