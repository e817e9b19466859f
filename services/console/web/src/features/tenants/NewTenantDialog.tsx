/** Makes a tenant, and shows the token of its first admin, this once. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { capital } from '@/shared/format/numbers';
import { Button } from '@/shared/ui/Button';
import { Copy } from '@/shared/ui/Copy';
import { Dialog } from '@/shared/ui/Dialog';
import { Select, TextField } from '@/shared/ui/Field';
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
      <Dialog title={`The first token of ${making.data.tenant.name}`} footer={<Button onClick={onClose}>I have it</Button>}>
        <p>Hand it to {making.data.token.user}: it is shown this once, and only its hash is stored. Its role is admin, so it makes all further tokens.</p>
        <Copy value={making.data.token.secret} label="the token" />
      </Dialog>
    );
  }
  return (
    <Dialog
      title="New tenant"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" busy={making.isPending} disabled={!wish.name.trim() || !wish.admin.trim()} onClick={() => making.mutate()}>
            Make the tenant
          </Button>
        </>
      }
    >
      <TextField label="Name" maxLength={200} value={wish.name} error={making.error?.message} onChange={(event) => setWish({ ...wish, name: event.target.value })} />
      <Select label="Plan" value={wish.plan} onChange={(event) => setWish({ ...wish, plan: event.target.value })}>
        {PLANS.map((plan) => (
          <option key={plan} value={plan}>
            {capital(plan)}
          </option>
        ))}
      </Select>
      <TextField label="First admin" hint="The user who gets the first token." maxLength={200} value={wish.admin} onChange={(event) => setWish({ ...wish, admin: event.target.value })} />
    </Dialog>
  );
}
