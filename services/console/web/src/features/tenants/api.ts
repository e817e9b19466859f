/** All tenants of this IngestIO, for operators. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, getApiAdminTenants, patchApiAdminTenantsByTenantId, postApiAdminTenants, type TenantChange, type TenantWish } from '@/shared/api/client';

export const PLANS = ['starter', 'plus', 'growth', 'enterprise'] as const;
export const STATUSES = ['active', 'trialing', 'past_due', 'paused', 'canceled', 'unpaid', 'incomplete', 'incomplete_expired'] as const;

export const tenantsQuery = queryOptions({ queryKey: ['tenants'], queryFn: ({ signal }) => answerOf(getApiAdminTenants({ signal })) });
export const addTenant = (body: TenantWish) => answerOf(postApiAdminTenants({ body }));
export const changeTenant = (tenant_id: string, body: TenantChange) => answerOf(patchApiAdminTenantsByTenantId({ path: { tenant_id }, body }));
