/** What finished lately, and who hears of it by mail. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  answerOf,
  deleteApiMailRecipientsByRecipientId,
  getApiMailRecipients,
  getApiMailRecipientsByRecipientIdMails,
  getApiNotices,
  type NewRecipient,
  patchApiMailRecipientsByRecipientId,
  postApiMailRecipients,
  postApiMailRecipientsByRecipientIdTest,
  type RecipientChange,
} from '@/shared/api/client';
import { keys } from '@/shared/api/keys';

export type MailEvent = NonNullable<NewRecipient['events']>[number];
export const MAIL_EVENTS: Record<MailEvent, string> = {
  'batch.completed': 'A batch has come to its end',
  'export.completed': 'An export is ready',
  'export.failed': 'An export failed',
  'quota.warning': '80 % or all of the month’s pages are used',
};

export const noticesQuery = infiniteQueryOptions({
  queryKey: [...keys.notices, 'all'],
  queryFn: ({ pageParam, signal }) => answerOf(getApiNotices({ query: { limit: 50, cursor: pageParam }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.next_cursor ?? undefined,
});

const recipientsKey = ['mail'] as const;
export const recipientsQuery = queryOptions({ queryKey: recipientsKey, queryFn: ({ signal }) => answerOf(getApiMailRecipients({ signal })) });
export const mailsQuery = (recipient_id: string) =>
  queryOptions({
    queryKey: [...recipientsKey, recipient_id],
    queryFn: ({ signal }) => answerOf(getApiMailRecipientsByRecipientIdMails({ path: { recipient_id }, signal })),
  });

export const addRecipient = (body: NewRecipient) => answerOf(postApiMailRecipients({ body }));
export const changeRecipient = (recipient_id: string, body: RecipientChange) => answerOf(patchApiMailRecipientsByRecipientId({ path: { recipient_id }, body }));
export const removeRecipient = (recipient_id: string, how: { keepalive?: boolean } = {}) => answerOf(deleteApiMailRecipientsByRecipientId({ path: { recipient_id }, ...how }));
export const sendTest = (recipient_id: string) => answerOf(postApiMailRecipientsByRecipientIdTest({ path: { recipient_id } }));
