/** Results as cells: which columns there are, and what stands in one of them. */
type Data = Record<string, unknown>;

const MOST_DECIMALS = 4;

/** The names that occur, those of the most documents first, in the order they are first met; at most thirty. */
export function columnsOf(documents: readonly Data[]): string[] {
  const seen = new Map<string, number>();
  for (const data of documents) {
    for (const [name, value] of Object.entries(data)) if (value !== null) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  return [...seen.keys()].toSorted((a, b) => (seen.get(b) ?? 0) - (seen.get(a) ?? 0)).slice(0, 30);
}

/** How many decimals the numbers of a column have: all are shown with as many, so that amounts line up. */
export function decimalsOf(values: readonly unknown[]): number {
  const decimals = values.map((value) => (typeof value === 'number' ? (String(value).split('.')[1]?.length ?? 0) : 0));
  return Math.min(Math.max(0, ...decimals), MOST_DECIMALS);
}

export function shownValue(value: unknown, decimals = 0): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object') ? value.join(', ') : `${value.length} rows`;
  if (typeof value === 'number') return value.toLocaleString(undefined, { minimumFractionDigits: decimals, maximumFractionDigits: MOST_DECIMALS });
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return Object.values(value).map((one) => shownValue(one)).filter(Boolean).join(', ');
  return String(value);
}
