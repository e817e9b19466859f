/** The tenants of this IngestIO: their plans, limits, and pages of this month. For operators. */
import { useQuery } from '@tanstack/react-query';
import { Building2, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Tenant } from '@/shared/api/client';
import { capital, count, counted } from '@/shared/format/numbers';
import { StatusBadge } from '@/shared/ui/Badge';
import { Button } from '@/shared/ui/Button';
import { Listing } from '@/shared/ui/Listing';
import { Card, Page } from '@/shared/ui/Page';
import { Empty } from '@/shared/ui/states';
import { When } from '@/shared/ui/When';
import table from '@/shared/ui/table.module.css';
import { tenantsQuery } from './api';
import { NewTenantDialog } from './NewTenantDialog';
import { TenantDialog } from './TenantDialog';

const COLUMNS = [
  { name: 'Tenant' },
  { name: 'Status' },
  { name: 'Pages this month', right: true },
  { name: 'Files a batch', right: true, roomy: true },
  { name: 'Made', roomy: true },
];

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
        <Listing
          query={tenants}
          items={tenants.data?.items}
          columns={COLUMNS}
          empty={<Empty icon={Building2} title="No tenants" />}
          renderRow={(tenant) => <Row tenant={tenant} onChange={() => setChanging(tenant)} />}
        />
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
      <td className={table.below}>
        <StatusBadge status={tenant.status} />
      </td>
      <td className={`${table.right} ${table.below} num`}>
        {count(tenant.used)}
        <span className={table.sub}> {tenant.pages_per_month === null ? 'pages, no limit' : `of ${count(tenant.pages_per_month)} pages`}</span>
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
