import type { TenantLimit, TenantLimits } from './run-queue.ts'

/** The limits of one tenant. */
export function limitOf({ named = {}, otherwise = {} }: TenantLimits, tenant: string): TenantLimit {
  return Object.hasOwn(named, tenant) ? (named[tenant] ?? {}) : otherwise
}

/** Whether one more claim of a tenant is within its limits. */
export function mayClaim(
  limits: TenantLimits,
  tenant: string,
  used: { readonly claimed: number; readonly thisMinute: number },
): boolean {
  const { concurrency = Infinity, perMinute = Infinity } = limitOf(limits, tenant)
  return used.claimed < concurrency && used.thisMinute < perMinute
}
