import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import {
  type ArtifactStore,
  type JsonObject,
  systemClock,
  type Tool,
  type ToolContext,
  type ToolOutcome,
} from '@keepup/core'
import { createMcpHub, type HubParts, type HubStore, type McpHub, type ServerDefinition } from '@keepup/mcp'
import { onTestFinished } from 'vitest'

/** A program of the packages that are installed for the tests. */
export function installed(name: string): string {
  return fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url))
}

export { scripted, server } from './scripted.ts'

/** A hub that ends with the test. */
export function startHub(definitions: readonly ServerDefinition[], parts: Partial<HubParts> = {}): McpHub {
  const hub = createMcpHub({ definitions, ...parts })
  onTestFinished(() => hub[Symbol.asyncDispose]())
  return hub
}

/** A store in memory, and what is in it. */
export function memoryStore(): HubStore & { readonly values: Map<string, unknown> } {
  const values = new Map<string, string>()
  return {
    values,
    get: async (key) => {
      const value = values.get(key)
      return value === undefined ? undefined : JSON.parse(value)
    },
    set: async (key, value) => void values.set(key, JSON.stringify(value)),
    delete: async (key) => void values.delete(key),
  }
}

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-mcp-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The lines of a file, none where it is not there. */
export function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return []
  }
}

/** A tool of a hub by the end of its name. Fails where there is none. */
export function toolNamed(hub: McpHub, name: string): Tool {
  const found = hub.tools().find((tool) => tool.name === name || tool.name.endsWith(`__${name}`))
  if (found === undefined)
    throw new Error(
      `no tool ${name} among ${hub
        .tools()
        .map((tool) => tool.name)
        .join(', ')}`,
    )
  return found
}

/** Calls a tool as the coordinator does. An output alone is a completed call. */
export async function callTool(
  hub: McpHub,
  name: string,
  input: JsonObject = {},
  more: Partial<ToolContext> & { readonly key?: string; readonly artifacts?: ArtifactStore } = {},
): Promise<ToolOutcome> {
  const { key = crypto.randomUUID(), ...rest } = more
  const outcome = await toolNamed(hub, name).run(input, {
    call: { thread: 't', id: 'c', key, name, input },
    signal: new AbortController().signal,
    clock: systemClock,
    idempotencyKey: key,
    progress: () => {},
    processStarted: async () => {},
    ...rest,
  })
  return 'type' in outcome ? outcome : { type: 'completed', output: outcome }
}

/** The text of an outcome. */
export function textOf(outcome: ToolOutcome): string {
  const content = 'output' in outcome ? (outcome.output?.content ?? []) : []
  return content.map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`)).join('\n')
}

/** Whether a process is there and has not ended. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Waits until something holds. Fails with its name where it does not for twenty seconds. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`it never came to pass: ${what}`)
}
