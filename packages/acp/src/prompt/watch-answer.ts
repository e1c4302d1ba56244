import type { Checkpointer } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'

/** Resolves once a question was answered, wherever and by whomever; never where `signal` is aborted first. */
export async function watchAnswer(
  checkpointer: Checkpointer,
  { thread, approval }: FoundApproval,
  signal: AbortSignal,
): Promise<void> {
  for await (const found of checkpointer.watch(thread, { after: approval.sequence, signal })) {
    if (
      'signal' in found
        ? found.signal.channel === `answers:${approval.id}`
        : isAnswer(found.entry, approval.id)
    )
      return
  }
  await new Promise(() => {})
}

function isAnswer(
  { type, data }: { readonly type: string; readonly data: unknown },
  approval: string,
): boolean {
  if (type === 'run-finished') return true
  return (
    type === 'approval-answered' &&
    typeof data === 'object' &&
    data !== null &&
    'approval' in data &&
    data.approval === approval
  )
}
