import type { Hooks, HookVerdict } from '@keepup/core'

/** Both hooks as one. The second is told of what the first let pass as it is; what either refuses is refused. */
export function joinHooks(first: Hooks | undefined, second: Hooks | undefined): Hooks | undefined {
  if (first === undefined || second === undefined) return first ?? second
  return {
    listens: (type) => first.listens(type) || second.listens(type),
    async run(event, situation) {
      const one = first.listens(event.type) ? await first.run(event, situation) : {}
      const other = second.listens(event.type) ? await second.run(event, situation) : {}
      return joinVerdicts(one, other)
    },
  }
}

const strictness = { allow: 0, ask: 1, deny: 2 } as const

function joinVerdicts(one: HookVerdict, other: HookVerdict): HookVerdict {
  const { decision: a } = one
  const { decision: b } = other
  const decision = a === undefined || (b !== undefined && strictness[b.type] > strictness[a.type]) ? b : a
  const context = [...(one.context ?? []), ...(other.context ?? [])]
  const messages = [...(one.messages ?? []), ...(other.messages ?? [])]
  return {
    ...one,
    ...other,
    ...(decision === undefined ? {} : { decision }),
    ...(context.length === 0 ? {} : { context }),
    ...(messages.length === 0 ? {} : { messages }),
  }
}
