/** Results as cells: which columns there are, and what stands in one of them. */
type Data = Record<string, unknown>;

/** The names that occur, those of the most documents first, in the order they are first met; at most thirty. */
export function columnsOf(documents: readonly Data[]): string[] {
  const seen = new Map<string, number>();
  for (const data of documents) {
    for (const [name, value] of Object.entries(data)) if (value !== null) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  return [...seen.keys()].toSorted((a, b) => (seen.get(b) ?? 0) - (seen.get(a) ?? 0)).slice(0, 30);
}

export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object') ? value.join(', ') : `${value.length} rows`;
  if (typeof value === 'number') return value.toLocaleString(undefined, { maximumFractionDigits: 4 });
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return Object.values(value).map(shownValue).filter(Boolean).join(', ');
  return String(value);
}
