import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { JsonObject } from '@keepup/core'
import { expect, test } from 'vitest'

import { memoryPins, type ShownTool, toolReviewer, visibleText } from '../../src/hygiene/index.ts'

const folder = process.env['KEEPUP_SHARED'] ?? join(import.meta.dirname, '../../../../../shared')
const path = join(folder, 'data/tool-poisoning.json')
const isHere = existsSync(path)
if (!isHere)
  console.warn('the poisoned tools are not here: their test is skipped; KEEPUP_SHARED names their folder')

interface Corpus {
  readonly poisoned: readonly { readonly id: string; readonly kind: string; readonly def: JsonObject }[]
  readonly benign: readonly JsonObject[]
}
const corpus: Corpus = isHere
  ? (JSON.parse(readFileSync(path, 'utf8')) as Corpus) // its form is what the tests are about
  : { poisoned: [], benign: [] }

/** What stands outside of marked spans in what a model is given. */
function unmarked({ description, inputSchema }: ShownTool): string {
  const span = /<untrusted-([0-9a-f]{12})>[^]*?<\/untrusted-\1>/g
  return `${description.replaceAll(span, '')}\n${JSON.stringify(inputSchema)}`
}

test.skipIf(!isHere)('every poisoned tool is withheld, or says its words within a span', async () => {
  expect(corpus.poisoned).toHaveLength(22)
  for (const { def } of corpus.poisoned) {
    const { shown, withheld } = await toolReviewer({ pins: memoryPins() }).review({
      server: 's',
      tools: [def],
    })
    expect(shown.length + withheld.length).toBe(1)
    for (const tool of shown) {
      expect(unmarked(tool)).not.toMatch(/evil|ignore|secret|instruction|send_money|session/i)
      expect(visibleText(tool.description).hidden.size).toBe(0)
    }
  }
})

test.skipIf(!isHere)(
  'after approval each can be called, and still nothing of it stands outside of its span',
  async () => {
    const seen: Record<string, string> = {}
    for (const { id, kind, def } of corpus.poisoned) {
      const reviewer = toolReviewer({ pins: memoryPins() })
      const listing = { server: 's', tools: [def] }
      const { withheld } = await reviewer.review(listing)
      if (withheld.length > 0) seen[`${id} ${kind}`] = reviewer.pending()[0]?.findings[0]?.kind ?? ''
      await reviewer.approve(reviewer.pending())
      const [tool, ...others] = (await reviewer.review(listing)).shown
      expect(others).toEqual([])
      if (tool === undefined) throw new Error(`${id} is still withheld`)
      expect(tool.raw).toBe(def)
      expect(unmarked(tool)).toMatch(/^From the MCP server s: \n\{"type":"object","properties":\{/)
      expect(unmarked(tool).length).toBeLessThan(300)
      expect(tool.description.length).toBeLessThan(6_200)
    }
    expect(seen).toMatchSnapshot()
  },
)

test.skipIf(!isHere)('no benign tool is flagged, alone or with its whole server', async () => {
  expect(corpus.benign).toHaveLength(80)
  for (const def of corpus.benign) {
    const { shown } = await toolReviewer({ pins: memoryPins() }).review({ server: 's', tools: [def] })
    expect(shown).toHaveLength(1)
  }
  const whole = await toolReviewer({ pins: memoryPins() }).review({ server: 's', tools: corpus.benign })
  expect(whole.withheld.filter(({ reason }) => reason !== 'it is listed twice')).toEqual([])
})
