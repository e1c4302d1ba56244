import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { loadAgent, readAgentText } from '../../src/templates/index.ts'

const markdown = `---
description: Reviews changes
model: anthropic/claude-sonnet-5
tools: [read, 'git_*']
mode: plan
limits: { turns: 20, time: 10m, money: 0.5 }
---

You review changes.

Be kind.
`

describe('the configuration of an agent', () => {
  it('is Markdown with front matter, YAML or JSON, and named after its file', async () => {
    const expected = {
      name: 'reviewer',
      description: 'Reviews changes',
      model: 'anthropic/claude-sonnet-5',
      tools: ['read', 'git_*'],
      mode: 'plan',
      limits: { turns: 20, time: '10m', money: 0.5 },
      system: 'You review changes.\n\nBe kind.',
    }
    const folder = mkdtempSync(join(tmpdir(), 'keepup-agents-'))
    writeFileSync(join(folder, 'reviewer.agent.md'), markdown.replaceAll('\n', '\r\n'))
    expect(await loadAgent(join(folder, 'reviewer.agent.md'))).toEqual(expected)
    rmSync(folder, { recursive: true })
    expect(readAgentText(JSON.stringify(expected), 'x.json')).toEqual(expected)
    expect(readAgentText('description: d', 'writer.yaml')).toEqual({ name: 'writer', description: 'd' })
    expect(readAgentText('---\n---\nhello', 'hello.md')).toEqual({ name: 'hello', system: 'hello' })
  })

  it.each([
    ['no front matter', 'a.md', 'a.md:1:1: has no front matter'],
    ['---\nname: a\n', 'a.md', 'has no front matter'],
    [
      '---\nname: a b\nlimits: { turns: 0, time: soon }\nsecret: 1\n---\nx',
      'a.md',
      'a.md:2:7 /name: is "a b"',
    ],
    ['---\nsystem: x\n---\nand this', 'a.md', 'a.md:2:1 /system: stands beside a text'],
    ['---\n- a\n---\nx', 'a.md', 'a.md:2:1: is ["a"]; fix: write an object'],
    ['tools: [a b]', 'a.yaml', '/tools/0: is "a b"; fix: write the name of a tool'],
    ['"just text"', 'a.json', 'is "just text"'],
  ])('%j is refused with its places', (text, file, told) => {
    expect(() => readAgentText(text, file)).toThrow(
      expect.objectContaining({ code: 'configuration-invalid', message: expect.stringContaining(told) }),
    )
  })

  it('tells all that is wrong at once', () => {
    expect(() => readAgentText('name: a b\nlimits: { turns: 0, time: soon }\nsecret: 1', 'a.yaml')).toThrow(
      /4 places are wrong:[^]*1:7 \/name[^]*2:18 \/limits\/turns[^]*2:27 \/limits\/time[^]*3:1 \/secret/,
    )
  })
})
