/** Another plan, another status, or limits of its own for a tenant. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant, TenantChange } from '@/shared/api/client';
import { capital, words } from '@/shared/format/numbers';
import { Select, TextField } from '@/shared/ui/Field';
import { FormDialog } from '@/shared/ui/FormDialog';
import { useToasts } from '@/shared/ui/toasts';
import { changeTenant, PLANS, STATUSES, tenantsQuery } from './api';

type Status = NonNullable<TenantChange['status']>;

export function TenantDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const queryClient = useQueryClient();
  const tell = useToasts();
  const [change, setChange] = useState<TenantChange>({});
  const saving = useMutation({
    mutationFn: () => changeTenant(tenant.id, change),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: tenantsQuery.queryKey });
      tell.done(`${tenant.name} is changed; it counts from the next request on.`);
      onClose();
    },
  });
  const plans = [...new Set([tenant.plan, ...PLANS])];
  const statuses = [...new Set([tenant.status as Status, ...STATUSES])];
  return (
    <FormDialog title={`Change ${tenant.name}`} action="Save" sending={saving} complete={Object.keys(change).length > 0} onClose={onClose}>
      <Select label="Plan" value={change.plan ?? tenant.plan} onChange={(event) => setChange({ ...change, plan: event.target.value })}>
        {plans.map((plan) => (
          <option key={plan} value={plan}>
            {capital(plan)}
          </option>
        ))}
      </Select>
      <Select
        label="Subscription"
        hint="Only active and trialing tenants may hand in documents."
        value={change.status ?? tenant.status}
        onChange={(event) => setChange({ ...change, status: event.target.value as Status })}
      >
        {statuses.map((status) => (
          <option key={status} value={status}>
            {capital(words(status))}
          </option>
        ))}
      </Select>
      <TextField
        label="Pages a month"
        type="number"
        min={0}
        hint="Goes before the plan’s limit. Empty: as the plan says."
        placeholder={tenant.pages_per_month === null ? 'No limit' : String(tenant.pages_per_month)}
        value={change.pages_per_month ?? ''}
        onChange={(event) => setChange({ ...change, pages_per_month: event.target.value ? Number(event.target.value) : null })}
      />
    </FormDialog>
  );
}
