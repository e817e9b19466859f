/** The tenants of this IngestIO: their plans, limits, and pages of this month. For operators. */
import { useQuery } from '@tanstack/react-query';
import { Building2, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Tenant } from '@/shared/api/client';
import { capital, count, counted } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { Card, Page } from '@/shared/ui/Page';
import { Empty, Failed, Loading } from '@/shared/ui/states';
import { When } from '@/shared/ui/When';
import table from '@/shared/ui/table.module.css';
import { tenantsQuery } from './api';
import { NewTenantDialog } from './NewTenantDialog';
import { TenantDialog } from './TenantDialog';

export function TenantsPage() {
  const tenants = useQuery(tenantsQuery);
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Tenant | null>(null);
  return (
    <Page
      title="Tenants"
      about={tenants.data && <span className="num">{counted(tenants.data.items.length, 'tenant')}, each with data of its own that no other sees</span>}
      actions={
        <Button look="primary" icon={<Plus />} onClick={() => setAdding(true)}>
          New tenant
        </Button>
      }
    >
      <Card flush>
        {tenants.isPending && <Loading />}
        {tenants.isError && <Failed error={tenants.error} onRetry={() => tenants.refetch()} />}
        {tenants.data?.items.length === 0 && <Empty icon={Building2} title="No tenants" />}
        {tenants.data && tenants.data.items.length > 0 && (
          <div className={table.scroll}>
            <table className={table.table}>
              <thead>
                <tr>
                  <th>Tenant</th>
                  <th>Status</th>
                  <th className={table.right}>Pages this month</th>
                  <th className={`${table.right} ${table.roomy}`}>Files a batch</th>
                  <th className={table.roomy}>Made</th>
                  <th className={table.tight}>
                    <span className="sr">Change</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {tenants.data.items.map((tenant) => (
                  <Row key={tenant.id} tenant={tenant} onChange={() => setChanging(tenant)} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
      {adding && <NewTenantDialog onClose={() => setAdding(false)} />}
      {changing && <TenantDialog tenant={changing} onClose={() => setChanging(null)} />}
    </Page>
  );
}

function Row({ tenant, onChange }: { tenant: Tenant; onChange: () => void }) {
  return (
    <tr>
      <td>
        <span className={table.name}>{tenant.name}</span>
        <span className={table.sub}>{capital(tenant.plan)}</span>
      </td>
      <td>
        <StatusBadge status={tenant.status} />
      </td>
      <td className={`${table.right} num`}>
        {count(tenant.used)}
        <span className={table.sub}> {tenant.pages_per_month === null ? 'no limit' : `of ${count(tenant.pages_per_month)}`}</span>
      </td>
      <td className={`${table.right} ${table.roomy} num`}>{tenant.files_per_batch === null ? 'no limit' : count(tenant.files_per_batch)}</td>
      <td className={table.roomy}>
        <When at={tenant.created_at} />
      </td>
      <td>
        <Button look="quiet" icon={<Pencil />} aria-label={`Change ${tenant.name}`} title="Change" onClick={onChange} />
      </td>
    </tr>
  );
}
