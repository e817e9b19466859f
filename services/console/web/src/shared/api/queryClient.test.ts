import { expect, test } from 'vitest';
import { keys } from './keys';
import { Problem } from './problem';
import { newQueryClient } from './queryClient';

const refused = (status: number) => async () => {
  throw new Problem(status, 'refused', 'No.');
};

test('an answer that the session has ended asks again whose session it is', async () => {
  const client = newQueryClient();
  client.setQueryData(keys.session, { user: 'ada' });
  await client.fetchQuery({ queryKey: ['batches'], queryFn: refused(401) }).catch(() => undefined);
  expect(client.getQueryState(keys.session)?.isInvalidated).toBe(true);
});

test('any other refusal leaves the session alone', async () => {
  const client = newQueryClient();
  client.setQueryData(keys.session, { user: 'ada' });
  await client.fetchQuery({ queryKey: ['batches'], queryFn: refused(403) }).catch(() => undefined);
  expect(client.getQueryState(keys.session)?.isInvalidated).toBe(false);
});
