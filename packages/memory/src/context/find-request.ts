import { canonicalJson, type Message, type UserMessage } from '@keepup/core'

import { readLedgerMessage } from './ledger-text.ts'
import { isRuntimeWords } from './runtime-words.ts'

/**
 * The last request as the messages have it: the newest that says the same as `request`. Where that is not known, or is not among them (a hook kept it from the model),
 * the newest words of a user that are not the runtime's.
 */
export function findRequest(
  messages: readonly Message[],
  request: UserMessage | undefined,
): UserMessage | undefined {
  const said = messages.filter((message) => message.role === 'user')
  const wanted = request === undefined ? undefined : spelled(request)
  return (
    said.findLast((message) => message === request || spelled(message) === wanted) ??
    said.findLast((message) => !isRuntimeWords(message) && readLedgerMessage(message) === undefined)
  )
}

function spelled({ content }: UserMessage): string {
  return canonicalJson(content)
}
