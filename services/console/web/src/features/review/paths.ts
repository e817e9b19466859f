/** Places in a result: `total`, `line_items[3].amount`, as the API names them. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Step = string | number;

export function stepsOf(path: string): Step[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map((match) => (match[2] === undefined ? (match[1] ?? '') : Number(match[2])));
}

export function valueAt(data: Json, path: string): Json | undefined {
  let here: Json | undefined = data;
  for (const step of stepsOf(path)) {
    if (Array.isArray(here)) here = here[Number(step)];
    else if (here && typeof here === 'object') here = here[String(step)];
    else return undefined;
  }
  return here;
}

/** A copy with another value at this place. */
export function withValue(data: Json, path: string, value: Json): Json {
  const put = (here: Json | undefined, steps: Step[]): Json => {
    const [step, ...rest] = steps;
    if (step === undefined) return value;
    if (typeof step === 'number') {
      const list = Array.isArray(here) ? [...here] : [];
      list[step] = put(list[step], rest);
      return list;
    }
    const object = here && typeof here === 'object' && !Array.isArray(here) ? here : {};
    return { ...object, [step]: put(object[step], rest) };
  };
  return put(data, stepsOf(path));
}

export const within = (path: string, above: string): boolean => path === above || path.startsWith(`${above}.`) || path.startsWith(`${above}[`);

/** The path after rows of a list have moved by one from `first` on. */
export function moved(path: string, list: string, first: number, by: number): string {
  if (!path.startsWith(`${list}[`)) return path;
  const end = path.indexOf(']', list.length);
  const row = Number(path.slice(list.length + 1, end));
  return row < first ? path : `${list}[${row + by}]${path.slice(end + 1)}`;
}
