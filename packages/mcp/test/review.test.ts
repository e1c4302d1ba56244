import type { ListedTools, ReviewedTools } from '@keepup/mcp'
import { serverTools } from '@keepup/mcp/search'
import { expect, test } from 'vitest'

import { callTool, eventually, memoryStore, scripted, server, startHub, textOf, toolNamed } from './hub.ts'

function isNamed(name: unknown, names: readonly string[]): boolean {
  return typeof name === 'string' && names.includes(name)
}

/** Shows all but the tools of these names. */
function withholding(...names: readonly string[]): (listing: ListedTools) => Promise<ReviewedTools> {
  return async ({ tools }) => ({
    shown: tools
      .filter(({ name }) => !isNamed(name, names))
      .map((raw) => ({
        raw,
        words: `about ${JSON.stringify(raw['name'])}. More.`,
        mark: (words) => `<<${words}>>`,
        inputSchema: { type: 'object', properties: { shown: { type: 'string' } } },
        checked: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      })),
    withheld: tools
      .filter(({ name }) => isNamed(name, names))
      .map((raw) => ({ raw, reason: 'a person must look' })),
  })
}

test('what a review withholds is refused with its reason, and the rest is shown as it says', async () => {
  const hub = startHub([server('plain', scripted('plain'))], { review: withholding('bad') })
  await hub.ready()
  expect(hub.describe('plain')?.refused).toContainEqual({ serverName: 'bad', reason: 'a person must look' })
  expect(hub.tools().map(({ name }) => name)).not.toContain('mcp__plain__bad')
  const echo = toolNamed(hub, 'echo')
  expect(echo.description).toBe('From the MCP server plain: <<about "echo". More.>>')
  expect(echo.inputJsonSchema).toEqual({ type: 'object', properties: { shown: { type: 'string' } } })
  expect(echo.input['~standard'].validate({})).toMatchObject({ issues: expect.anything() })
  expect(textOf(await callTool(hub, 'echo', { text: 'hello' }))).toBe('hello')
})

test('search and details show words as they were marked', async () => {
  const hub = startHub([server('plain', scripted('plain'))], { review: withholding() })
  await hub.ready()
  const texts = await Promise.all(
    [
      ['search_tools', { query: 'about echo' }],
      ['get_tool_details', { names: ['echo'] }],
    ].map(async ([name, input]) => {
      const tool = serverTools(hub, { budget: 1 }).find((one) => one.name === name)
      const outcome = await tool?.run(input, {
        signal: new AbortController().signal,
      } as never) // these tools look at nothing else
      return JSON.stringify(outcome)
    }),
  )
  expect(texts[0]).toContain(String.raw`mcp__plain__echo(shown?): <<about \"echo\".>>`)
  expect(texts[1]).toContain(String.raw`From the MCP server plain: <<about \"echo\". More.>>`)
})

test('a tool that a review withholds by then is not called, also by who was shown it before', async () => {
  let withheld: readonly string[] = []
  const hub = startHub([server('plain', scripted('plain'))], {
    review: (listing) => withholding(...withheld)(listing),
  })
  await hub.ready()
  const echo = toolNamed(hub, 'echo')
  withheld = ['echo']
  await hub.reviewAgain()
  expect(hub.tools()).not.toContain(echo)
  const outcome = await callTool({ ...hub, tools: () => [echo] }, 'echo', { text: 'x' })
  expect(outcome).toMatchObject({
    type: 'failed',
    code: 'tool-denied',
    message: expect.stringMatching(/a person must look/),
  })
})

test('every server is judged again beside what another lists, and not without end', async () => {
  const seen: string[] = []
  const hub = startHub([server('a', scripted('plain')), server('b', scripted('faulty'))], {
    store: memoryStore(),
    async review(listing) {
      seen.push(
        `${listing.identity}: ${listing.others.map((other) => `${other.server} ${other.tools.length > 0}`).join()}`,
      )
      return withholding()(listing)
    },
  })
  await hub.ready()
  await eventually(
    'both were judged beside each other',
    () => seen.includes('user#a: b true') && seen.includes('user#b: a true'),
  )
  const before = seen.length
  await hub.reviewAgain()
  expect(seen.length).toBe(before + 2)
})
