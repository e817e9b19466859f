/** Reads what stands in the address: what is no good value there falls back, so that no link can break a page. */
type Search = Record<string, unknown>;

export function oneOf<T extends string>(search: Search, name: string, allowed: readonly T[]): T | undefined {
  const value = search[name];
  return allowed.find((word) => word === value);
}

export function someOf<T extends string>(search: Search, name: string, allowed: readonly T[]): T[] | undefined {
  const value = search[name];
  const given: unknown[] = Array.isArray(value) ? value : [value];
  const good = allowed.filter((word) => given.includes(word));
  return good.length ? good : undefined;
}

export function text(search: Search, name: string, longest = 200): string | undefined {
  const value = search[name];
  const given = typeof value === 'number' ? String(value) : value;
  return typeof given === 'string' && given.trim() ? given.slice(0, longest) : undefined;
}

/** A day as the date input has it: 2026-11-22. */
export function day(search: Search, name: string): string | undefined {
  const value = search[name];
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

export const flag = (search: Search, name: string): true | undefined => (search[name] === true || search[name] === 'true' ? true : undefined);

/** The first moment of a day in the reader's time zone, and of the day after it. */
export const startOf = (value: string | undefined): string | undefined => value && new Date(`${value}T00:00`).toISOString();
export function endOf(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const end = new Date(`${value}T00:00`);
  end.setDate(end.getDate() + 1);
  return end.toISOString();
}

/** As the router types it: everything may be left out of a link. */
export const optional = <T extends object>(search: T): Partial<T> => search;
