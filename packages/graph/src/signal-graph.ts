import { KeepupError, type SignalReceipt } from '@keepup/core'

import { sendSignal, type SignalSender } from './send-signal.ts'

/** Sends a named signal to a graph's thread, for the node that waits for it or will. Durable, and once for one `id`. Fails `input-invalid`, `database-busy`. */
export function signalGraph(
  options: SignalSender & { readonly name: string; readonly data?: unknown },
): Promise<SignalReceipt> {
  const { name, data = {} } = options
  if (!/^[A-Za-z][\w.-]{0,63}$/.test(name)) {
    const message = `A signal is named ${JSON.stringify(name)}: use a letter, then at most 63 letters, digits, _, . or -.`
    return Promise.reject(new KeepupError('input-invalid', message))
  }
  return sendSignal(options, { channel: `signal:${name}`, type: 'signal', data })
}
