// The control of the kill suite: the same agent over a checkpointer that hides what was begun. Run as: STORE THREAD FOLDER URL run|resume
import type { Checkpointer } from '@keepup/core'
import { openaiCompatible } from '@keepup/models'
import { createRuntime } from '@keepup/runtime'
import { systemProcessTable, toolkit } from '@keepup/toolkit'

import { openStore } from '../../src/store.ts'

const [store = '', thread = '', root = '', baseUrl = '', verb = 'run'] = process.argv.slice(2)
const hidden = new Set(['tool-started', 'process-started'])

/** Recovery reads no intents: as if they had never been written. */
function forgetful(checkpointer: Checkpointer): Checkpointer {
  return new Proxy(checkpointer, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name !== 'read') return value.bind(target) as unknown
      return async (...query: Parameters<Checkpointer['read']>) => {
        const view = await target.read(...query)
        return { ...view, entries: view.entries.filter(({ type }) => !hidden.has(type)) }
      }
    },
  })
}

await using opened = await openStore({ path: store })
const runtime = createRuntime({
  model: openaiCompatible({ baseUrl, model: 'fake' }),
  checkpointer: forgetful(opened.checkpointer),
  artifacts: opened.artifacts,
  tools: toolkit({ root }),
  processes: systemProcessTable(),
  mode: 'yolo',
})
const request = verb === 'run' ? { thread, input: 'do the plan' } : { thread }
for await (const event of runtime.run(request)) process.stdout.write(`${JSON.stringify(event)}\n`)
