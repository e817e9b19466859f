/** Who is signed in. The session is a cookie that no script can read; this only asks whose it is. */
import { queryOptions } from '@tanstack/react-query';
import { keys } from './api/keys';
import { answerOf, deleteApiSession, getApiSession, postApiSession } from './api/client';

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: () => answerOf(getApiSession()),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Turn a token into a session. Throws Problem 401 for one that is not good. */
export const signIn = (token: string) => answerOf(postApiSession({ body: {}, headers: { authorization: `Bearer ${token}` } }));

export const signOut = () => answerOf(deleteApiSession());
