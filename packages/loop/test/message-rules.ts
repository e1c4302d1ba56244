import type { Message, Model, ModelRequest } from '@keepup/core'

/** What every provider asks of a history, told apart from how the loop keeps to it: the faults of a request, none where it is valid. */
export function faultsOf({ messages }: ModelRequest): readonly string[] {
  const faults: string[] = []
  let open: readonly string[] = []
  for (const [index, message] of [...messages].entries()) {
    const answered = message.role === 'tool' ? message.content.map(({ id }) => id) : []
    if (answered.join() !== open.join())
      faults.push(`${index}: results ${answered.join()} for calls ${open.join()}`)
    if (message.role === 'tool' && open.length === 0) faults.push(`${index}: results of nothing`)
    open = callsOf(message)
    if (new Set(open).size < open.length) faults.push(`${index}: two calls with one id`)
  }
  if (open.length > 0) faults.push('the last calls have no results')
  if (messages.at(0)?.role !== 'user') faults.push('it does not begin with a user')
  if (messages.at(-1)?.role === 'assistant') faults.push('it ends with the model')
  return faults
}

function callsOf(message: Message): readonly string[] {
  if (message.role !== 'assistant') return []
  return message.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []))
}

/** A model that keeps every request, in the text a provider would get, and every fault. */
export function witnessed(model: Model): {
  readonly model: Model
  readonly faults: string[]
  readonly requests: { readonly prefix: string; readonly messages: readonly string[] }[]
} {
  const faults: string[] = []
  const requests: { prefix: string; messages: readonly string[] }[] = []
  return {
    faults,
    requests,
    model: {
      ...model,
      stream(request, signal) {
        faults.push(...faultsOf(request))
        requests.push({
          prefix: JSON.stringify([request.system, request.tools]),
          messages: [...request.messages].map((message) => JSON.stringify(message)),
        })
        return model.stream(request, signal)
      },
    },
  }
}
