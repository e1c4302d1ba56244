import { trustedLabel } from '@keepup/core'
import { expect, test } from 'vitest'

import type { MailDesk, McpDesk, MemoryDesk, ToldMemory } from '../src/index.ts'
import { asked } from './asked.ts'
import { serve } from './serve.ts'

test('what the server was started without is told as that', async () => {
  const served = await serve('no model')
  for (const path of ['/memory/scopes', '/memory/reviews', '/mcp/servers', '/mailboxes', '/mailboxes/a']) {
    const response = await served.ask(`/api${path}`)
    expect(response.status).toBe(501)
    expect(Object(await response.json()).detail).toContain('started without')
  }
})

const item = (id: string, status = 'active'): ToldMemory => ({
  id,
  kind: 'semantic',
  text: `of ${id}`,
  status,
  recordedAt: 1,
  pinned: false,
  stale: false,
  dormant: false,
  producer: 'user',
  label: trustedLabel,
  sources: [],
})

test('memory is looked through, decided about and undone; mail is redriven; servers are shown', async () => {
  const told: unknown[] = []
  const memory: MemoryDesk = {
    scopes: async () => [{ scope: 'memory:project=x', head: 3 }],
    items: async () => [item('m1'), item('m2', 'proposed'), { ...item('m3', 'proposed'), retractedAt: 5 }],
    explain: async (_, id) => ({
      item: item(id),
      versions: [{ sequence: 1, item: item(id) }],
      sources: [],
      derivedFrom: [],
      core: 'not pinned',
    }),
    decide: async (...said) => told.push(said),
    undo: async (...said) => told.push(said),
  }
  const dead = { id: 'one', error: 'no', died: 2, attempts: 5, body: { text: 'x' } }
  const mail: MailDesk = {
    list: async () => [{ address: 'helper', waiting: 0, open: 0, dead: 1, handled: 2 }],
    read: async (address) => ({
      address,
      waiting: [],
      open: [],
      dead: [dead],
      topics: [],
      received: 3,
      handled: 2,
      expired: 0,
    }),
    redrive: async (...said) => void told.push(['redrive', ...said]),
    discard: async (...said) => void told.push(['discard', ...said]),
  }
  const mcp: McpDesk = {
    look: async () => ({
      servers: [
        {
          name: 's',
          state: 'enabled',
          transport: 'x',
          scope: 'user',
          file: '/f',
          tools: [{ name: 't', description: 'd' }],
          refused: [],
          waiting: [{ tool: 'u', change: 'changed', findings: ['odd'], diff: ['- a'] }],
          pins: [{ name: 't', digest: 'h', gone: false }],
        },
      ],
      problems: [],
      review: 'keepup mcp review',
    }),
  }
  const served = await serve('no model', { memory, mail, mcp })
  const scope = 'memory:project=x'
  const query = `scope=${encodeURIComponent(scope)}`
  expect(await asked(served, '/memory/scopes', '/memory/scopes')).toEqual({ scopes: [{ scope, head: 3 }] })
  expect(await asked(served, '/memory/reviews', '/memory/reviews')).toMatchObject({
    reviews: [{ scope, item: { id: 'm2' } }],
  })
  expect(Object(await asked(served, `/memory/items?${query}`, '/memory/items')).items).toHaveLength(3)
  await asked(served, `/memory/items/m1?${query}`, '/memory/items/{item}')
  expect(
    await asked(served, '/memory/items/m2', '/memory/items/{item}', { scope, decision: 'approve' }),
  ).toEqual({ entry: 1 })
  await asked(served, '/memory/undo', '/memory/undo', { scope, entry: 1 })
  expect((await served.ask('/api/memory/items/m2', { scope, decision: 'erase' })).status).toBe(400)
  await asked(served, '/mcp/servers', '/mcp/servers')
  await asked(served, '/mailboxes', '/mailboxes')
  expect(await asked(served, '/mailboxes/helper', '/mailboxes/{address}')).toMatchObject({ dead: [dead] })
  await asked(served, '/mailboxes/helper/dead', '/mailboxes/{address}/dead', {
    fate: 'redrive',
    ids: ['one'],
  })
  await asked(served, '/mailboxes/helper/dead', '/mailboxes/{address}/dead', { fate: 'discard' })
  for (const wrong of [{ fate: 'burn' }, { fate: 'redrive', ids: [] }, { fate: 'list' }]) {
    expect((await served.ask('/api/mailboxes/helper/dead', wrong)).status).toBe(400)
  }
  expect(told).toEqual([
    [scope, 'm2', 'approve'],
    [scope, 1],
    ['redrive', 'helper', ['one']],
    ['discard', 'helper', undefined],
  ])
})
