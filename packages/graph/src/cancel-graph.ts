import type { SignalReceipt } from '@keepup/core'

import { sendSignal, type SignalSender } from './send-signal.ts'

/**
 * Asks whoever runs a graph's thread to cancel it, durably: what is under way is aborted and the run ends as `interrupted`. With `after: 'step'` the present step is
 * finished first, and the run ends as `stopped`. Where nobody runs it, the next resume heeds it.
 */
export function cancelGraph(
  options: SignalSender & { readonly reason?: string; readonly after?: 'now' | 'step' },
): Promise<SignalReceipt> {
  const { reason, after = 'now' } = options
  const data = reason === undefined ? {} : { reason }
  return sendSignal(options, { channel: 'control', type: after === 'now' ? 'interrupt' : 'stop', data })
}
