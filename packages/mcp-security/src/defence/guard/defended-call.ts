import type { GuardedCall } from '@keepup/core'

import type { DefendedCall } from '../defence.ts'
import { inputOf } from '../thread/input-of.ts'

/** A guarded call as the defence reads it. Where it knows every entry of the thread, the exposure of the call tells it nothing more. */
export function defendedCall(call: GuardedCall, knowsAll: boolean): DefendedCall {
  const { tool, effects, repeat, folder, exposure } = call
  const commands = call.arguments.flatMap(({ sink, value }) =>
    sink === 'command' && typeof value === 'string' ? [value] : [],
  )
  return {
    tool: tool.name,
    input: inputOf(call.arguments),
    exposed: !knowsAll && exposure.integrity === 'free-text',
    facts: { tool: tool.name, effects, repeat, commands, ...(folder === undefined ? {} : { folder }) },
  }
}
