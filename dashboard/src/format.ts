/** Numbers and times for people, short enough for a table. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

export function count(value: number): string {
  return Math.abs(value) < 10_000 ? whole.format(value) : short.format(value);
}

export function rate(perSecond: number): string {
  if (perSecond === 0) return '0';
  return perSecond < 10 ? perSecond.toFixed(1) : count(perSecond);
}

/** A whole percentage; what is there at all is not shown as nothing, nor what is missing as all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return '<1 %';
  if (share < 1 && share > 0.99) return '99 %';
  return `${Math.round(share * 100)} %`;
}

export function millis(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '0 ms';
  if (value < 1_000) return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value)} ms`;
  return `${(value / 1_000).toFixed(value < 10_000 ? 2 : 1)} s`;
}

export function seconds(value: number): string {
  if (value < 60) return `${Math.round(value)} s`;
  if (value < 3_600) return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
  return `${Math.floor(value / 3_600)} h ${Math.floor((value % 3_600) / 60)} min`;
}

export function bytes(value: number): string {
  if (value < 1_000_000) return `${(value / 1_000).toFixed(0)} kB`;
  return `${(value / 1_000_000).toFixed(1)} MB`;
}

export function clock(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}
