import { checkThread } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'

import type { NewJob } from './run-queue.ts'

/** A job, nothing left out. */
export type WholeJob = Required<Omit<NewJob, 'after'>> & Pick<NewJob, 'after'>

const tenantForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Holds a job against its rules, and adds what was left out. Fails `input-invalid`. */
export function checkJob(given: NewJob): WholeJob {
  const { thread, reason, tenant = 'default', priority = 0, after, onlyIfMissing = false } = given
  checkThread(thread)
  checkTenant(tenant)
  checkPriority(priority)
  const job = { thread, reason, tenant, priority, onlyIfMissing }
  return after === undefined ? job : { ...job, after }
}

/** Fails `input-invalid` for what cannot name a tenant. */
export function checkTenant(tenant: string): void {
  if (tenantForm.test(tenant)) return
  const message = `A tenant is named by at most 64 letters, digits, dots, _ and -, the first a letter or digit, but this one is ${JSON.stringify(tenant)}.`
  throw new KeepupError('input-invalid', message)
}

/** Fails `input-invalid` for what is no priority. */
export function checkPriority(priority: number): void {
  if (Number.isInteger(priority) && Math.abs(priority) <= 100) return
  throw new KeepupError(
    'input-invalid',
    `A priority is a whole number from -100 to 100, but this one is ${priority}.`,
  )
}
