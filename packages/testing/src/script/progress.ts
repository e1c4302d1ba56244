import type { AssistantMessage, Message, MessageList } from '@keepup/core'

import { highestCall, type Situation, textOf } from './message-text.ts'
import type { Script, Step } from './script.ts'

/** How far a conversation has come in a script: a function of its messages alone. */
export interface Progress extends Situation {
  /** Steps below this one are used up, except those that repeat. */
  readonly passed: number
  /** Steps from `passed` on that are used up. */
  readonly used: ReadonlySet<number>
  /** The largest number that an id of a call holds so far. */
  readonly calls: number
  /** Characters of all messages. */
  readonly characters: number
}

const start: Progress = {
  turn: 1,
  lastUser: '',
  lastToolResult: undefined,
  passed: 0,
  used: new Set(),
  calls: 0,
  characters: 0,
}

interface Remembered {
  readonly index: number
  readonly before: Message | undefined
  readonly progress: Progress
}

/**
 * Follows conversations through a script. What was found for an answer is remembered with it, so that the next turn costs only what is new;
 * nothing depends on it.
 */
export function followScript(script: Script): (messages: MessageList) => Progress {
  const memory = new WeakMap<Message, Remembered>()
  return (messages) => {
    const known = newest(messages, memory)
    let progress = known?.progress ?? start
    for (let index = known === undefined ? 0 : known.index + 1; index < messages.length; index++) {
      const message = messages.at(index)
      if (message === undefined) continue
      progress = after(script, progress, message)
      if (message.role === 'assistant')
        memory.set(message, { index, before: precedingMessage(messages, index), progress })
    }
    return progress
  }
}

function newest(messages: MessageList, memory: WeakMap<Message, Remembered>): Remembered | undefined {
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages.at(index)
    const known = message && memory.get(message)
    if (known?.index === index && known.before === precedingMessage(messages, index)) return known
  }
  return undefined
}

function precedingMessage(messages: MessageList, index: number): Message | undefined {
  return index === 0 ? undefined : messages.at(index - 1)
}

/** The steps that are not used up, in order, with their positions. */
export function* openSteps(script: Script, progress: Progress): Generator<readonly [number, Step]> {
  for (const [index, step] of script.steps.entries()) {
    if (index >= progress.passed) break
    if (step.repeat) yield [index, step]
  }
  for (let index = progress.passed; index < script.steps.length; index++) {
    const step = script.steps[index]
    if (step && !progress.used.has(index)) yield [index, step]
  }
}

/** Whether a step's condition holds, but for `toolsOff`. */
export function holds(step: Step, situation: Situation): boolean {
  const when = step.when
  if (when === undefined) return true
  return (
    (when.turn === undefined || when.turn === situation.turn) &&
    (when.lastUser === undefined || when.lastUser.test(situation.lastUser)) &&
    (when.lastToolResult === undefined ||
      (situation.lastToolResult !== undefined && when.lastToolResult.test(situation.lastToolResult)))
  )
}

function after(script: Script, progress: Progress, message: Message): Progress {
  const text = textOf(message)
  const characters = progress.characters + text.length
  switch (message.role) {
    case 'user':
      return { ...progress, characters, lastUser: text }
    case 'tool': {
      const before = progress.lastToolResult
      return { ...progress, characters, lastToolResult: before === undefined ? text : `${before}\n${text}` }
    }
    case 'assistant': {
      const calls = Math.max(progress.calls, highestCall(message))
      const turn = progress.turn + 1
      return {
        ...progress,
        ...spent(script, progress, message),
        characters,
        calls,
        turn,
        lastToolResult: undefined,
      }
    }
  }
}

/** Which steps an answer used up: the one that says the same, or else the first that could have answered. */
function spent(
  script: Script,
  progress: Progress,
  message: AssistantMessage,
): Pick<Progress, 'passed' | 'used'> {
  const passedOver: number[] = []
  let first: number | undefined
  for (const [index, step] of openSteps(script, progress)) {
    if (!holds(step, progress)) continue
    if (says(step, message)) return use(script, progress, [...passedOver, index])
    if (step.when?.toolsOff !== true) first ??= index
    if ((step.fail !== undefined || step.garbage !== undefined) && !step.repeat) passedOver.push(index)
  }
  return use(script, progress, first === undefined ? [] : [first])
}

function use(
  script: Script,
  progress: Progress,
  indexes: readonly number[],
): Pick<Progress, 'passed' | 'used'> {
  const fresh = indexes.filter((index) => !script.steps[index]?.repeat)
  if (fresh.length === 0) return progress
  const used = new Set([...progress.used, ...fresh])
  let passed = progress.passed
  while (used.delete(passed) || script.steps[passed]?.repeat) passed++
  return { passed, used }
}

function says(step: Step, message: AssistantMessage): boolean {
  if (step.fail !== undefined) return false
  const calls = message.content.filter((part) => part.type === 'tool-call')
  const expected = step.calls ?? []
  if (calls.length !== expected.length) return false
  const text = message.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  if (text !== (step.text ?? '')) return false
  return calls.every((call, index) => {
    const wanted = expected[index]
    return (
      wanted?.name === call.name &&
      (wanted.input === call.input || JSON.stringify(wanted.input) === JSON.stringify(call.input))
    )
  })
}
