import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import { type SeenRequest, startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

const printed = (request: SeenRequest | undefined): string => JSON.stringify(request?.body.messages.at(-1))

/** Runs a thread whose model prints 30,000 lines first, if it may, and then reads what it was told of, or told to. */
async function page(home: string, thread: string, wanted?: string): Promise<readonly SeenRequest[]> {
  const command = 'for i in $(seq 1 30000); do echo "line $i of many"; done'
  const print = { text: 'I print.', calls: [{ name: 'shell', input: { command } }] }
  const server = await startFakeServer((request, index) => {
    if (index === 0 && wanted === undefined) return print
    const path = wanted ?? /artifact:[0-9a-f]{64}/.exec(printed(request))?.[0]
    const read = { text: 'I read.', calls: [{ name: 'read', input: { path, offset: 15_000, limit: 2 } }] }
    return index <= (wanted === undefined ? 1 : 0) ? read : { text: 'Done.' }
  })
  onTestFinished(() => server[Symbol.asyncDispose]())
  const store = join(home, 'threads.db')
  const flags = ['--thread', thread, '--mode', 'yolo', '--model', server.model, '--store', store]
  const { code, stderr } = await runInProcess(['run', 'go', ...flags], { home })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return server.requests
}

test('an output that was cut names its artifact, and the model pages it by that name', async () => {
  const requests = await page(temporaryFolder(), 'one')
  expect(printed(requests[1])).toMatch(/bytes were left out\. The whole is artifact:[0-9a-f]{64}\./)
  expect(printed(requests[2])).toContain(String.raw`line 15000 of many\nline 15001 of many\n`)
  expect(printed(requests[2])).toContain('Continue with offset 15002')
})

test('another thread does not read it, though it knows the name', async () => {
  const home = temporaryFolder()
  const requests = await page(home, 'one')
  const [name = ''] = /artifact:[0-9a-f]{64}/.exec(printed(requests[1])) ?? []
  const stranger = await page(home, 'two', name)
  expect(printed(stranger[1])).toContain(`This thread names no artifact ${name.slice('artifact:'.length)}`)
  expect(printed(stranger[1])).not.toContain('line 15000')
  // The thread that printed it still does, in another run.
  const again = await page(home, 'one', name)
  expect(printed(again.at(-1))).toContain('line 15000 of many')
})
