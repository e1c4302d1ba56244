import type { Message } from '@keepup/core'

/** What providers ask of a history: its faults, none where it is valid. Told apart from how the policy keeps to it. */
export function faultsOf(messages: readonly Message[]): readonly string[] {
  const faults: string[] = []
  let open: readonly string[] = []
  let before: Message['role'] | undefined
  for (const [index, message] of messages.entries()) {
    const answered = idsOf(message)
    if (answered.join() !== open.join())
      faults.push(`${index}: results ${answered.join()} for ${open.join()}`)
    if (message.role === 'tool' && before !== 'assistant') faults.push(`${index}: results of nothing`)
    if (message.role === 'assistant' && before === 'assistant')
      faults.push(`${index}: the model speaks twice`)
    if (message.content.length === 0) faults.push(`${index}: nothing is said`)
    open = callsOf(message)
    before = message.role
  }
  if (open.length > 0) faults.push('the last calls have no results')
  if (messages[0]?.role !== 'user') faults.push('it does not begin with a user')
  if (before === 'assistant') faults.push('it ends with the model')
  return faults
}

/** The calls that a message answers. */
export function idsOf(message: Message): readonly string[] {
  return message.role === 'tool' ? message.content.map(({ id }) => id) : []
}

function callsOf(message: Message): readonly string[] {
  if (message.role !== 'assistant') return []
  return message.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []))
}
