import type { Json } from '@keepup/vitest/acp-frames'
import { onTestFinished } from 'vitest'

import { runInProcess, type World } from '../run-in-process.ts'

/** An editor that speaks to the program in this process. */
export interface InProcessEditor {
  readonly heard: Json[]
  /** Resolves with the result, and rejects with the error as JSON. */
  request(method: string, params: Json): Promise<Json>
  /** Hangs up, and gives how the program exited. */
  leave(): Promise<number>
}

/** Starts `keepup acp`, and makes its acquaintance. `choose`: the answer to every question. */
export async function inProcessEditor(
  words: readonly string[],
  world: Omit<World, 'input'>,
  choose: string = 'allow',
): Promise<InProcessEditor> {
  const lines: string[] = []
  const heard: Json[] = []
  const waiting = new Map<unknown, PromiseWithResolvers<Json>>()
  const left = new AbortController()
  let [rest, ids] = ['', 0]
  let wake = Promise.withResolvers<void>()
  const send = (frame: Json): void => {
    lines.push(`${JSON.stringify({ jsonrpc: '2.0', ...frame })}\n`)
    wake.resolve()
  }
  async function* input(): AsyncIterable<string> {
    while (!left.signal.aborted || lines.length > 0) {
      yield* lines.splice(0)
      if (!left.signal.aborted) await wake.promise
      wake = Promise.withResolvers()
    }
  }
  const hear = (frame: Json): void => {
    heard.push(frame)
    const { id, method, result, error } = frame
    if (method === 'session/request_permission')
      return send({ id, result: { outcome: { outcome: 'selected', optionId: choose } } })
    const asked = waiting.get(id)
    if (method !== undefined || asked === undefined) return
    waiting.delete(id)
    if (error === undefined) asked.resolve(result as Json)
    else asked.reject(error)
  }
  const watch = (text: string): void => {
    const whole = `${rest}${text}`.split('\n')
    rest = whole.pop() ?? ''
    for (const line of whole) if (line.startsWith('{')) hear(JSON.parse(line) as Json) // its own lines
  }
  const ended = runInProcess(['acp', ...words], { ...world, input: input(), watch })
  const leave = async (): Promise<number> => {
    left.abort()
    wake.resolve()
    return (await ended).code
  }
  onTestFinished(async () => void (await leave()))
  const editor: InProcessEditor = {
    heard,
    leave,
    request(method, params) {
      const id = (ids += 1)
      const asked = Promise.withResolvers<Json>()
      waiting.set(id, asked)
      send({ id, method, params })
      return asked.promise
    },
  }
  await editor.request('initialize', { protocolVersion: 1, clientCapabilities: { auth: { terminal: true } } })
  return editor
}
