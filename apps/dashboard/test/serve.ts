import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { createRuntime } from '@keepup/runtime'
import { createServer, listen, type Listening, type ServerParts } from '@keepup/server'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { onTestFinished } from 'vitest'

/** The pages as they were built. */
export const pages = fileURLToPath(new URL('../dist/', import.meta.url))

/** Whether they were. */
export const built = existsSync(`${pages}index.html`)

/** What a browser must bring. */
export const token = 'a-token-of-the-tests-0123456789'

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })

/** A tool that must be asked about, and one that gives back what a hostile page would. */
export const tools: readonly Tool[] = [
  {
    name: 'delete',
    description: 'Deletes.',
    input: jsonSchema({ type: 'object' }),
    repeat: 'once',
    effects: () => [{ kind: 'delete', target: '/x' }],
    run: async () => text('deleted'),
  },
  {
    name: 'look',
    description: 'Looks.',
    input: jsonSchema({ type: 'object' }),
    repeat: 'safe',
    effects: () => [],
    run: async () => text(hostile),
  },
]

/** Whether pictures are wanted for the documentation, in which harm would be in the way. */
export const forPictures: boolean = process.env['KEEPUP_SCREENSHOTS'] !== undefined

/** What would run, load or send something where it was taken for more than text. */
export const hostile: string = forPictures
  ? 'what a page said'
  : '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>![x](http://127.0.0.1:1/leak)[y](javascript:document.title="owned")'

/** A server with its pages, and what is behind it. */
export type Served = Listening & { readonly checkpointer: Checkpointer; readonly address: string }

/** Serves a scripted agent with the pages, until the test ends. */
export async function serve(
  steps: readonly object[] = [],
  checkpointer = memoryCheckpointer(),
  more: Partial<ServerParts> = {},
): Promise<Served> {
  const runtime = createRuntime({ model: scriptedModel({ steps }), checkpointer, tools })
  const listening = await listen((hosts) =>
    createServer({ checkpointer, runtime, token, hosts, pages, rate: 10_000, ...more }),
  )
  onTestFinished(() => listening.close())
  return { ...listening, checkpointer, address: `${listening.url}/#token=${token}` }
}
