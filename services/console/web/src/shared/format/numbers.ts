/** Numbers, sizes and words as people read them. */
const whole = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const money = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', maximumFractionDigits: 4 });

export const count = (value: number): string => whole.format(value);
const hundredths = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0, roundingMode: 'floor' });
export const share = (value: number): string => percent.format(value);
/** Rounded down: what is not quite sure is never 100 %. */
export const certainty = (value: number): string => hundredths.format(value);
export const dollars = (value: number | null | undefined): string => (value == null ? '–' : money.format(value));

/** "1 file", "12 files". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

/** How many a list has: it counts up to 1,000, and a search that was cut gave the newest of more. */
export function listed(page: { total: number; search_cut: boolean }, one: string, many = `${one}s`): string {
  if (page.search_cut) return `The newest ${counted(page.total, one, many)} of more that match`;
  return page.total >= 1000 ? `More than 1,000 ${many}` : counted(page.total, one, many);
}

export function bytes(value: number | null | undefined): string {
  if (value == null) return '–';
  const units = ['B', 'kB', 'MB', 'GB'];
  let step = 0;
  let left = value;
  while (left >= 1000 && step < units.length - 1) {
    left /= 1000;
    step += 1;
  }
  return `${left < 10 && step > 0 ? left.toFixed(1) : Math.round(left)} ${units[step]}`;
}

/** The words of the API as words: `needs_review` is "needs review". */
export const words = (code: string): string => code.replaceAll('_', ' ').replaceAll('.', ' ');
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
