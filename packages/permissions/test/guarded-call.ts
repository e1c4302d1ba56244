import {
  type Decision,
  type Effect,
  type GuardedCall,
  type JsonValue,
  type Mode,
  type Repeat,
  type SinkKind,
  trustedLabel,
} from '@keepup/core'

/** A call, as a test describes it. */
export interface CallSketch {
  readonly tool?: string
  readonly mode?: Mode
  readonly repeat?: Repeat
  /** `KIND:TARGET` */
  readonly effects?: readonly string[]
  readonly arguments?: readonly (readonly [pointer: string, value: JsonValue, sink?: SinkKind])[]
}

/** A call as a policy sees it. */
export function guardedCall(sketch: CallSketch): GuardedCall {
  const { tool = 'tool', mode = 'ask', repeat = 'once', effects = [], arguments: leaves = [] } = sketch
  return {
    tool: { name: tool, pin: 'pin' },
    call: { thread: 't', id: 'c', key: 'k', name: tool, input: null },
    mode,
    repeat,
    effects: effects.map(effectOf),
    exposure: trustedLabel,
    arguments: leaves.map(([pointer, value, sink]) => ({
      pointer,
      value,
      origins: [],
      ...(sink === undefined ? {} : { sink }),
    })),
  }
}

/** A call of a shell, as its tool declares it. */
export function shellCall(command: string, mode: Mode = 'ask', tool = 'shell'): GuardedCall {
  const effects = [`exec:${command}`, 'read:*', 'write:*', 'delete:*', 'net:*']
  return guardedCall({ tool, mode, effects, arguments: [['/command', command, 'command']] })
}

/** The effect of `KIND:TARGET`. */
export function effectOf(text: string): Effect {
  const [kind = '', ...target] = text.split(':')
  return { kind: kind as Effect['kind'], target: target.join(':') } // tests write known kinds
}

/** What a decision says, in one text. */
export function saying(decision: Decision): string {
  if (decision.type === 'allow') return 'allow'
  if (decision.type === 'deny') return `deny: ${decision.reason}`
  return `ask: ${decision.reasons.map(({ text }) => text).join('; ')}`
}
