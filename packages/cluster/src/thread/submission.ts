import type { SignalId } from '@keepup/core'

import { checkPriority, checkTenant } from '../check-job.ts'

/** On whose behalf, and how urgently, a thread is run by workers. */
export interface Submission {
  readonly tenant: string
  readonly priority: number
}

/** The type of the entry that begins a thread which was submitted; its data is a {@link Submission}. */
export const runSubmitted = 'cluster/run-submitted'

const form = /^submitted\/([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/(-?\d{1,3})\//

/**
 * The id of a message that is submitted to workers: the entry that it becomes names it as its cause, so that the thread itself says that workers run it. Fails
 * `input-invalid`.
 */
export function submissionId({ tenant, priority }: Submission, id: string): SignalId {
  checkTenant(tenant)
  checkPriority(priority)
  return `submitted/${tenant}/${priority}/${id}`
}

/** What the id of a signal says; `undefined` where it was not submitted. */
export function parseSubmission(id: unknown): Submission | undefined {
  const [, tenant, priority] = typeof id === 'string' ? (form.exec(id) ?? []) : []
  return tenant === undefined ? undefined : { tenant, priority: Number(priority) }
}
