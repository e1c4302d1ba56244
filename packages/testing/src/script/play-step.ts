import type { AssistantMessage, Clock, FinishReason, ModelEvent, ModelFailure, Usage } from '@keepup/core'

import type { Script, ScriptedCall, ScriptedFailure, Step } from './script.ts'

/** A step on its way out, with everything that decides what it looks like. */
export interface Playing {
  readonly script: Script
  readonly step: Step
  /** The number in the ids of its calls. */
  readonly call: number
  /** Characters of the prompt. */
  readonly prompt: number
  readonly clock: Clock
}

/** Streams a step. What it ends with says `step.fail`, `step.garbage`, or that it is finished. Rejects only where `garbage` says so, or when aborted. */
export async function* playStep(playing: Playing, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const { step, clock } = playing
  if (step.delay !== undefined) await clock.sleep(step.delay, signal)
  let first = true
  for (const event of deltas(playing)) {
    if (!first && step.pause !== undefined) await clock.sleep(step.pause, signal)
    first = false
    signal.throwIfAborted()
    yield event
  }
  if (step.garbage === 'throws') throw new TypeError('The scripted model throws, as its script says.')
  if (step.garbage === 'cut') return
  if (step.garbage !== undefined) yield* garbage(playing)
  yield step.fail === undefined ? finished(playing) : failed(playing, step.fail)
}

function* deltas(playing: Playing): Generator<ModelEvent> {
  const { step } = playing
  const size = step.chunk ?? 24
  for (const text of pieces(step.reasoning ?? '', size)) yield { type: 'reasoning-delta', text }
  for (const text of pieces(step.text ?? '', size)) yield { type: 'text-delta', text }
  for (const [index, call] of (step.calls ?? []).entries()) {
    const id = callId(playing, call, index)
    yield { type: 'tool-input-started', id, name: call.name }
    const written = call.invalid ?? JSON.stringify(call.input)
    for (const text of pieces(written, size)) yield { type: 'tool-input-delta', id, text }
  }
}

function* garbage(playing: Playing): Generator<ModelEvent> {
  const { garbage: kind } = playing.step
  if (kind === 'two-ends') yield finished(playing)
  // Garbage is what the types forbid: that is its purpose.
  if (kind === 'unknown-event') yield { type: 'surprise', of: 'a provider' } as never
  if (kind === 'malformed')
    yield { ...finished(playing), message: { role: 'assistant', content: 'no parts' } } as never
}

/** Cuts a text into deltas, never through a surrogate pair. */
function* pieces(text: string, size: number): Generator<string> {
  let from = 0
  while (from < text.length) {
    let to = Math.min(from + size, text.length)
    if (to < text.length && text.codePointAt(to - 1) !== text.charCodeAt(to - 1)) to++
    yield text.slice(from, to)
    from = to
  }
}

function callId(playing: Playing, call: ScriptedCall, index: number): string {
  return call.id ?? `call-${playing.call}-${index}`
}

function finished(playing: Playing): Extract<ModelEvent, { type: 'finished' }> {
  const { step } = playing
  const reason: FinishReason = step.reason ?? (step.calls?.length ? 'tool-calls' : 'stop')
  const ending = { type: 'finished', message: message(playing), reason, usage: usage(playing) } as const
  return step.cost === undefined ? ending : { ...ending, cost: step.cost }
}

function message(playing: Playing): AssistantMessage {
  const { step } = playing
  const content: AssistantMessage['content'][number][] = []
  if (step.reasoning) content.push({ type: 'reasoning', text: step.reasoning })
  if (step.text) content.push({ type: 'text', text: step.text })
  for (const [index, call] of (step.calls ?? []).entries()) {
    const part = {
      type: 'tool-call',
      id: callId(playing, call, index),
      name: call.name,
      input: call.input,
    } as const
    content.push(call.invalid === undefined ? part : { ...part, invalid: call.invalid })
  }
  return { role: 'assistant', content }
}

function failed(playing: Playing, fail: ScriptedFailure): ModelEvent {
  const failure: ModelFailure = {
    kind: fail.kind,
    message: fail.message ?? `The script says that this call fails: ${fail.kind}.`,
    retryable: fail.retryable ?? retryable.has(fail.kind),
    ...(fail.retryAfter === undefined ? {} : { retryAfter: fail.retryAfter }),
    ...(fail.status === undefined ? {} : { status: fail.status }),
  }
  return playing.step.usage === undefined
    ? { type: 'failed', failure }
    : { type: 'failed', failure, usage: usage(playing) }
}

const retryable: ReadonlySet<string> = new Set([
  'rate-limited',
  'overloaded',
  'unavailable',
  'timed-out',
  'stream-cut',
  'invalid-response',
])

function usage({ step, prompt }: Playing): Usage {
  const reasoning = tokens(step.reasoning?.length ?? 0)
  if (step.usage !== undefined) {
    return { ...step.usage, cached: 0, cacheWritten: 0, reasoning: Math.min(reasoning, step.usage.output) }
  }
  const calls = (step.calls ?? []).map((call) => call.name + (call.invalid ?? JSON.stringify(call.input)))
  const output = tokens((step.text?.length ?? 0) + calls.join('').length) + reasoning
  return { input: tokens(prompt), cached: 0, cacheWritten: 0, output, reasoning, estimated: true }
}

/** The usual estimate: four characters are a token. */
function tokens(characters: number): number {
  return Math.ceil(characters / 4)
}
