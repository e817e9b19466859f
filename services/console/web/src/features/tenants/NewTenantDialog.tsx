/** Makes a tenant, and shows the token of its first admin, this once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { capital } from '@/shared/format/numbers';
import { Select, TextField } from '@/shared/ui/Field';
import { FormDialog } from '@/shared/ui/FormDialog';
import { SecretDialog } from '@/shared/ui/SecretDialog';
import { addTenant, PLANS, tenantsQuery } from './api';

export function NewTenantDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const [wish, setWish] = useState({ name: '', plan: 'plus', admin: 'admin' });
  const making = useMutation({
    mutationFn: () => addTenant({ ...wish, name: wish.name.trim(), admin: wish.admin.trim() }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tenantsQuery.queryKey }),
  });
  if (making.data) {
    return (
      <SecretDialog title={`The first token of ${making.data.tenant.name}`} secret={making.data.token.secret} label="the token" onClose={onClose}>
        Hand it to {making.data.token.user}: it is shown this once, and only its hash is stored. Its role is admin, so it makes all further tokens.
      </SecretDialog>
    );
  }
  return (
    <FormDialog title="New tenant" action="Make the tenant" sending={making} complete={Boolean(wish.name.trim() && wish.admin.trim())} onClose={onClose}>
      <TextField label="Name" maxLength={200} value={wish.name} onChange={(event) => setWish({ ...wish, name: event.target.value })} />
      <Select label="Plan" value={wish.plan} onChange={(event) => setWish({ ...wish, plan: event.target.value })}>
        {PLANS.map((plan) => (
          <option key={plan} value={plan}>
            {capital(plan)}
          </option>
        ))}
      </Select>
      <TextField label="First admin" hint="The user who gets the first token." maxLength={200} value={wish.admin} onChange={(event) => setWish({ ...wish, admin: event.target.value })} />
    </FormDialog>
  );
}
