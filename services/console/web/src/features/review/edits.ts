/** What a person has changed and not saved yet: kept as the acts the API takes, shown as the result they lead to. */
import type { Edit, FieldEvidence, Place } from '@/shared/api/client';
import { type Json, moved, valueAt, withValue, within } from './paths';

export type Working = { data: Json; fields: Record<string, FieldEvidence>; edited: ReadonlySet<string> };

const given = (place: Place | null | undefined): FieldEvidence => ({
  confidence: 1,
  citations: place ? [{ page: place.page, text: place.text ?? '', bbox: place.bbox }] : [],
  warnings: [],
  confirmed: true,
});

/** The result as it will be, in the same order as the server applies the acts. */
export function applied(data: Json, fields: Record<string, FieldEvidence>, edits: readonly Edit[]): Working {
  let working: Working = { data, fields, edited: new Set() };
  for (const edit of edits) working = applyOne(working, edit);
  return working;
}

function applyOne({ data, fields, edited }: Working, edit: Edit): Working {
  const { path } = edit;
  const others = Object.fromEntries(Object.entries(fields).filter(([name]) => !within(name, path)));
  if (edit.action === 'confirm') {
    const known = fields[path] ?? given(edit.place);
    return { data, fields: { ...fields, [path]: { ...known, ...given(edit.place), citations: known.citations } }, edited };
  }
  if (edit.action === 'remove' || edit.action === 'insert') {
    const list = path.slice(0, path.lastIndexOf('['));
    const row = Number(path.slice(path.lastIndexOf('[') + 1, -1));
    const rows = [...((valueAt(data, list) as Json[] | undefined) ?? [])];
    const insert = edit.action === 'insert';
    if (insert) rows.splice(row, 0, edit.value as Json);
    else rows.splice(row, 1);
    const first = insert ? row : row + 1;
    const shift = (name: string) => moved(name, list, first, insert ? 1 : -1);
    const kept = Object.fromEntries(Object.entries(insert ? fields : others).map(([name, evidence]) => [shift(name), evidence]));
    return { data: withValue(data, list, rows), fields: kept, edited: new Set([...[...edited].map(shift), list]) };
  }
  return { data: withValue(data, path, edit.value as Json), fields: { ...others, [path]: given(edit.place) }, edited: new Set([...edited, path]) };
}

/** Add an act; setting the same place twice in a row is one act, and a value typed takes the place of a confirmation. */
export function added(edits: readonly Edit[], edit: Edit): Edit[] {
  const last = edits.at(-1);
  const replaces = last?.path === edit.path && edit.action === 'set' && (last.action === 'set' || last.action === 'confirm');
  return [...(replaces ? edits.slice(0, -1) : edits), edit];
}

/** Without what was done to this place, unless rows have moved since. */
export function reverted(edits: readonly Edit[], path: string): Edit[] {
  const rowsMoved = edits.some((edit) => edit.action === 'remove' || edit.action === 'insert');
  return rowsMoved ? [...edits] : edits.filter((edit) => edit.path !== path);
}
