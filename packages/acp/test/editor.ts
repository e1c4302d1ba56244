import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'

import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { askUserTool, todoTool, toolkit } from '@keepup/toolkit'
import { frameChecker, type Json } from '@keepup/vitest/acp-frames'
import { expect, onTestFinished } from 'vitest'

import { acpStdio, type AcpParts, createAcpAgent } from '../src/index.ts'

/** What an editor answers to a request of the agent; nothing: it never does. */
type Answer = (params: Json) => Json | undefined

/** An editor that is connected to an agent in this process. It checks every frame that it gets. */
export interface Editor {
  readonly folder: string
  readonly checkpointer: Checkpointer
  /** What the agent asked for, by method, in order. */
  readonly asked: { readonly method: string; readonly params: Json }[]
  /** What it told, by the kind of update. */
  readonly updates: Json[]
  /** Calls that were allowed for good. */
  readonly kept: FoundApproval[]
  /** Resolves with the result, and rejects with the error as JSON. */
  request(method: string, params: Json): Promise<Json>
  notify(method: string, params: Json): void
  /** Sends a line as it is, and gives the next frame without the id of a known request. */
  raw(line: string): Promise<Json>
  /** Waits for a frame that the agent sends by itself. */
  until(holds: () => boolean): Promise<void>
  /** Begins a session. */
  begin(folder?: string): Promise<string>
  /** Says something in a session. */
  say(session: string, text: string): Promise<Json>
  /** The editor is gone. Resolves once the agent has ended everything. */
  leave(): Promise<void>
}

/** What an editor is connected to. */
export interface EditorOptions {
  readonly steps?: readonly object[]
  /** What else the script of the model says. */
  readonly script?: object
  readonly capabilities?: Json
  readonly answers?: Readonly<Record<string, Answer>>
  readonly checkpointer?: Checkpointer
  readonly folder?: string
  readonly parts?: Partial<AcpParts>
}

/** Connects an editor to a scripted agent, and makes its acquaintance. */
export async function openEditor(options: EditorOptions = {}): Promise<Editor> {
  const {
    capabilities = {},
    checkpointer = memoryCheckpointer(),
    folder = newFolder(),
    answers = {},
  } = options
  const kept: FoundApproval[] = []
  const agent = createAcpAgent({ ...partsOf(options, checkpointer, kept), ...options.parts })
  const [input, output] = [new PassThrough(), new PassThrough()]
  const { closed } = agent.connect(acpStdio({ input, output }))
  const wire = speak(input, output, answers)
  onTestFinished(async () => {
    wire.leave()
    await closed
  })
  await wire.request('initialize', { protocolVersion: 1, clientCapabilities: capabilities })
  return {
    ...wire,
    folder,
    checkpointer,
    kept,
    begin: async (cwd = folder) =>
      String((await wire.request('session/new', { cwd, mcpServers: [] }))['sessionId']),
    say: (sessionId, text) => wire.request('session/prompt', { sessionId, prompt: [{ type: 'text', text }] }),
    async leave() {
      wire.leave()
      await closed
    },
  }
}

function partsOf(
  { steps = [{ text: 'Hello.', repeat: true }], script }: EditorOptions,
  checkpointer: Checkpointer,
  kept: FoundApproval[],
): AcpParts {
  const model = scriptedModel({ steps, ...script })
  return {
    agent: { name: 'test', version: '1' },
    openStore: async () => ({
      checkpointer,
      remove: async (thread) => void (await checkpointer.erase({ thread, forks: 'refuse' })),
    }),
    openSession: async ({ folder: root }) => {
      const tools = [...toolkit({ root, background: false }), todoTool(), askUserTool()]
      const runtime = createRuntime({ model, checkpointer, tools, workspace: root })
      const ids = ['ask', 'auto-edit', 'yolo']
      return {
        modes: { current: 'ask', options: ids.map((id) => ({ id, name: id })) },
        models: { current: 'one', options: ['one', 'two'].map((id) => ({ id, name: id })) },
        run: ({ model: _, ...request }) => runtime.run(request),
        keep: async (found) => void kept.push(found),
        [Symbol.asyncDispose]: async () => {},
      }
    },
  }
}

/** The lines of an editor's side, by hand: what a library would forgive must not pass. */
function speak(input: PassThrough, output: PassThrough, answers: Readonly<Record<string, Answer>>) {
  const check = frameChecker()
  const waiting = new Map<unknown, PromiseWithResolvers<Json>>()
  const [asked, updates]: [Editor['asked'], Json[]] = [[], []]
  let strange = Promise.withResolvers<Json>()
  let wake = Promise.withResolvers<void>()
  let ids = 0
  const send = (frame: Json): void => void input.write(`${JSON.stringify({ jsonrpc: '2.0', ...frame })}\n`)
  const heard = (frame: Json): void => {
    check.received(frame)
    const { id, method, result, error, params = {} } = frame
    if (typeof method === 'string') {
      asked.push({ method, params: params as Json })
      if (method === 'session/update') updates.push((params as { update: Json }).update)
      const answer = id === undefined ? undefined : answers[method]?.(params as Json)
      if (answer !== undefined) send({ id, ...('error' in answer ? answer : { result: answer }) })
    } else if (waiting.has(id)) {
      const { resolve, reject } = waiting.get(id) ?? Promise.withResolvers<Json>()
      waiting.delete(id)
      if (error === undefined) resolve(result as Json)
      else reject(error)
    } else {
      strange.resolve(frame)
      strange = Promise.withResolvers()
    }
    wake.resolve()
    wake = Promise.withResolvers()
  }
  createInterface(output).on('line', (line) => heard(JSON.parse(line) as Json)) // what is no object fails the check
  return {
    asked,
    updates,
    request(method: string, params: Json): Promise<Json> {
      const id = `editor-${(ids += 1)}`
      const answer = Promise.withResolvers<Json>()
      waiting.set(id, answer)
      check.sent(id, method)
      send({ id, method, params })
      answer.promise.catch(() => {})
      return answer.promise
    },
    notify: (method: string, params: Json) => send({ method, params }),
    raw(line: string): Promise<Json> {
      const { promise } = strange
      input.write(line)
      return promise
    },
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) await wake.promise
    },
    leave: () => void input.end(),
  }
}

/** An empty folder, until the test ends. */
export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'keepup-acp-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The types of a thread's entries, in order. */
export async function typesOf({ checkpointer }: Editor, thread: string): Promise<readonly string[]> {
  const types: string[] = []
  for await (const { type } of checkpointer.log(thread)) types.push(type)
  return types
}

/** The kinds of updates, each once where several follow each other. */
export function kindsOf(updates: readonly Json[]): readonly unknown[] {
  const kinds = updates.map((update) => update['sessionUpdate'])
  return kinds.filter((kind, index) => kind !== kinds[index - 1])
}

/** What was said in chunks of one kind. */
export function textOf(updates: readonly Json[], kind: string): string {
  const chunks = updates.filter((update) => update['sessionUpdate'] === kind)
  return chunks.map(({ content }) => String((content as Json)['text'])).join('')
}

/** Fails with the error of JSON-RPC that is expected. */
export function failsWith(code: number, message: RegExp): object {
  return expect.objectContaining({ code, message: expect.stringMatching(message) })
}
