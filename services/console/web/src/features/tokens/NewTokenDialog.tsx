/** Makes a token and shows its secret, this once. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, postApiTokens, type TokenWish } from '@/shared/api/client';
import { Select, TextField } from '@/shared/ui/Field';
import { FormDialog } from '@/shared/ui/FormDialog';
import { Options } from '@/shared/ui/Options';
import { SecretDialog } from '@/shared/ui/SecretDialog';

const ROLES = [
  { value: 'viewer', label: 'Viewer', text: 'Reads everything of the tenant' },
  { value: 'member', label: 'Member', text: 'Submits, and steers what is its own' },
  { value: 'admin', label: 'Admin', text: 'Rules the tenant: webhooks, tokens, all batches' },
] as const;

export function NewTokenDialog({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const [wish, setWish] = useState<Required<TokenWish>>({ user: '', role: 'member', expires_in_days: 90 });
  const making = useMutation({ mutationFn: () => answerOf(postApiTokens({ body: wish })), onSuccess: onMade });
  if (making.data) {
    return (
      <SecretDialog title="The new token" secret={making.data.secret} label="the token" onClose={onClose}>
        Take it now: it is shown this once, and only its hash is stored.
      </SecretDialog>
    );
  }
  return (
    <FormDialog title="New token" action="Make the token" sending={making} complete={Boolean(wish.user.trim())} onClose={onClose}>
      <TextField label="User" hint="Whose name stands on what it does." maxLength={200} value={wish.user} onChange={(event) => setWish({ ...wish, user: event.target.value })} />
      <Options legend="Role" options={ROLES} value={wish.role} onChange={(role) => setWish({ ...wish, role })} />
      <Select label="Ends after" value={wish.expires_in_days} onChange={(event) => setWish({ ...wish, expires_in_days: Number(event.target.value) })}>
        <option value={7}>7 days</option>
        <option value={30}>30 days</option>
        <option value={90}>90 days</option>
        <option value={366}>a year</option>
      </Select>
    </FormDialog>
  );
}
