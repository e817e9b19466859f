/** The audit log's codes as people say them. */
import { capital, words } from '@/shared/format/numbers';

const VERBS: Record<string, string> = {
  submit: 'submitted',
  cancel: 'cancelled',
  retry: 'read again',
  delete: 'deleted',
  update: 'changed',
  change: 'changed',
  create: 'made',
  revoke: 'revoked',
  retell: 'told again',
  review: 'reviewed',
  open: 'opened',
  ping: 'tried',
  test: 'tried',
  replay: 'sent again',
  rotate_secret: 'given a new secret',
  unsubscribe: 'unsubscribed',
  redrive: 'taken again',
  drop: 'dropped',
  start: 'begun',
  end: 'ended',
};

/** `batch.cancel` is "Batch cancelled"; what is not known stays as it is. */
export function actionName(action: string): string {
  const [thing = '', verb = ''] = action.split('.');
  return `${capital(words(thing))} ${VERBS[verb] ?? words(verb)}`.trim();
}

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return value.length > 3 ? `${value.length} of them` : value.map(shown).join(' ');
  if (typeof value === 'object' && value !== null) return detailsOf(value as Record<string, unknown>);
  return String(value);
};

/** What says something, one after the other; long lists are counted. */
export function detailsOf(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && !value.length))
    .map(([name, value]) => `${words(name)}: ${shown(value)}`)
    .join(', ');
}
