import { expect, test } from 'vitest';
import { actionName, detailsOf } from './wording';

test('an action is told as what happened', () => {
  expect(actionName('batch.cancel')).toBe('Batch cancelled');
  expect(actionName('mail_recipient.unsubscribe')).toBe('Mail recipient unsubscribed');
});

test('an action that is not known is told as it is', () => {
  expect(actionName('sign_in.link')).toBe('Sign in link');
});

test('long lists in details are counted, and what says nothing is left out', () => {
  expect(detailsOf({ document_ids: ['a', 'b', 'c', 'd'], reason: null, paths: [], new_plan: 'plus' })).toBe('document ids: 4 of them, new plan: plus');
});
