/** The values of a result as a list of things to look at: what must be changed, what to check, what is fine. */
import type { FieldEvidence } from '@/shared/api/client';
import { capital, words } from '@/shared/format/numbers';
import type { Json } from './paths';

export type Level = 'must' | 'check' | 'fine' | 'confirmed';
export type Kind = 'text' | 'number' | 'boolean' | 'date';
export type Field = { path: string; label: string; value: Json; kind: Kind; evidence: FieldEvidence | undefined; level: Level; row: string | undefined };
type Schema = { type?: string | string[]; format?: string; properties?: Record<string, Schema>; items?: Schema };

const DOUBTFUL_BELOW = 0.8;

export const levelOf = (value: Json, evidence: FieldEvidence | undefined): Level => {
  if (evidence?.confirmed) return 'confirmed';
  if (evidence?.warnings?.length) return 'must';
  if (value === null || value === '') return 'fine';
  return (evidence?.confidence ?? 0) < DOUBTFUL_BELOW ? 'check' : 'fine';
};

/** All leaves, those of the schema that are empty too, in the schema's order. */
export function fieldsOf(data: Json, schema: object, evidence: Record<string, FieldEvidence>): Field[] {
  return [...walk(data, schema as Schema, '', evidence, undefined)];
}

function* walk(value: Json, schema: Schema | undefined, path: string, evidence: Record<string, FieldEvidence>, row: string | undefined): Generator<Field> {
  if (Array.isArray(value) && value.some((item) => item !== null && typeof item === 'object')) {
    for (const [index, item] of value.entries()) yield* walk(item, schema?.items, `${path}[${index}]`, evidence, `${path}[${index}]`);
  } else if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const names = new Set([...Object.keys(schema?.properties ?? {}), ...Object.keys(value)]);
    for (const name of names) yield* walk(value[name] ?? null, schema?.properties?.[name], path ? `${path}.${name}` : name, evidence, row);
  } else if (path && !(value === null && schema?.items?.properties)) {
    const own = evidence[path];
    yield { path, label: labelOf(path), value, kind: kindOf(value, schema), evidence: own, level: levelOf(value, own), row };
  }
}

const labelOf = (path: string): string => capital(words(path.replace(/^.*\]\.?/, '').replaceAll('.', ' › ') || path));

function kindOf(value: Json, schema: Schema | undefined): Kind {
  const types = [schema?.type].flat();
  if (types.includes('number') || types.includes('integer') || typeof value === 'number') return 'number';
  if (types.includes('boolean') || typeof value === 'boolean') return 'boolean';
  return schema?.format === 'date' ? 'date' : 'text';
}

/** What was typed as the value it means; undefined for what cannot be one of this kind. */
export function parsed(text: string, kind: Kind): Json | undefined {
  const trimmed = text.trim();
  if (!trimmed) return null;
  if (kind === 'boolean') return { yes: true, true: true, no: false, false: false }[trimmed.toLowerCase()];
  if (kind !== 'number') return trimmed;
  const number = Number(trimmed.replace(/[\s’']/g, ''));
  return Number.isFinite(number) ? number : undefined;
}

export const asText = (value: Json): string =>
  value === null ? '' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : Array.isArray(value) ? value.join(', ') : String(value);

/** The next field to look at after this one, all round; undefined when none is left. */
export function nextOpen(fields: readonly Field[], after: string | undefined): Field | undefined {
  const at = fields.findIndex((field) => field.path === after);
  const round = [...fields.slice(at + 1), ...fields.slice(0, at + 1)];
  const open = (level: Level) => round.find((field) => field.level === level && field.path !== after);
  return open('must') ?? open('check');
}
