import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { memoryCheckpointer } from '@keepup/checkpoint'
import type { AgentEvent } from '@keepup/core'
import { permissionPolicy } from '@keepup/permissions'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { browserComputer, computerTools } from '@keepup/toolkit/computer'
import { expect, onTestFinished, test } from 'vitest'

const asked = process.env['KEEPUP_E2E'] === '1'
if (!asked) console.warn('SKIPPED: an agent in a real browser runs with `pnpm e2e`')

const form = `<title>Order</title><form action="/ordered" method="post"><input aria-label="Name" name="name"><button>Send</button></form>
  <img src="http://localhost:PORT/tracker">`

/** A shop at one host, and what was asked of it under any. */
async function openShop(): Promise<{ readonly port: number; readonly asked: readonly string[] }> {
  const seen: string[] = []
  const server = createServer((request, answer) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      seen.push(`${request.headers.host?.split(':')[0] ?? ''} ${request.url ?? ''} ${body}`.trim())
      answer.setHeader('content-type', 'text/html')
      answer.end(request.url === '/ordered' ? '<h1>Thank you</h1>' : form.replace('PORT', String(port)))
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port, asked: seen }
}

test.skipIf(!asked)(
  'an agent fills in and sends a page, and is denied a host that no rule allows',
  { timeout: 120_000 },
  async () => {
    const shop = await openShop()
    await using computer = browserComputer({ hosts: ['127.0.0.1'], sandbox: false })
    const use = (input: object): object => ({ calls: [{ name: 'computer', input }] })
    const runtime = createRuntime({
      model: scriptedModel({
        steps: [
          use({ action: 'navigate', url: `http://127.0.0.1:${shop.port}/` }),
          {
            when: { lastToolResult: 'Blocked.*localhost[^]*textbox "Name" \\[ref=e3\\]' },
            ...use({ action: 'fill', ref: 'e3', text: 'Ada' }),
          },
          {
            when: { lastToolResult: 'textbox "Name".*: Ada' },
            ...use({ action: 'click', ref: 'e4' }),
          },
          {
            when: { lastToolResult: 'heading "Thank you"' },
            ...use({ action: 'navigate', url: `http://localhost:${shop.port}/` }),
          },
          { text: 'Sent.' },
        ],
      }),
      checkpointer: memoryCheckpointer(),
      tools: computerTools(computer),
      modePolicy: permissionPolicy({
        root: process.cwd(),
        rules: [
          {
            source: 'the test',
            rules: [
              { decision: 'allow', effect: 'input:browser' },
              { decision: 'allow', effect: 'net:127.0.0.1' },
            ],
          },
        ],
      }),
      unattended: 'deny',
    })
    const events: AgentEvent[] = []
    for await (const event of runtime.run({ thread: 'order', input: 'Order as Ada.' })) events.push(event)
    const outcomes = events.flatMap((event) =>
      event.type === 'tool-finished' ? [event.data.outcome.type] : [],
    )
    expect(outcomes).toEqual(['completed', 'completed', 'completed', 'denied'])
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', data: { text: 'Sent.' } })
    expect(shop.asked.filter((line) => !line.includes('favicon'))).toEqual([
      '127.0.0.1 /',
      '127.0.0.1 /ordered name=Ada',
    ])
  },
)
