import { isLive, noUsage } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { paintOf } from '../../src/session/markdown/paint.ts'
import { reduce } from '../../src/session/view/reduce.ts'
import { renderBlock } from '../../src/session/view/render-block.ts'
import { renderLive } from '../../src/session/view/render-live.ts'
import { emptyView, type SessionEvent, type SessionView } from '../../src/session/view/session-view.ts'
import { createStyle } from '../../src/terminal/style.ts'
import { entriesOf, streamed } from '../events.ts'

const paint = paintOf(createStyle(false, false))
const usage = { ...noUsage, input: 100, output: 10 }
const room = { now: 1_005_000, frame: 0, width: 60, height: 20 }

type Told = Parameters<typeof reduce>[1] | SessionEvent

function after(...events: readonly Told[]): SessionView {
  return events.reduce((view, event) => reduce(view, event), emptyView)
}

function answer(text: string) {
  const message = { role: 'assistant' as const, content: [{ type: 'text' as const, text }] }
  return entriesOf(['assistant-message', { message, model: 'm', reason: 'stop', usage, cost: 0 }])
}

const texts = (view: SessionView): readonly string[] =>
  view.blocks.flatMap((block) => ('text' in block ? [`${block.type}: ${block.text}`] : [block.type]))

describe('a view', () => {
  test('tells each part of a streamed answer once, whole blocks first', () => {
    const streaming = after(streamed('s1', 'One.\n'), streamed('s1', '\nTwo '), streamed('s1', 'words'))
    expect(texts(streaming)).toEqual(['answer: One.\n\n'])
    expect(renderLive(streaming, paint, room).join('\n')).toContain('Two words')
    expect(texts(after(streamed('s1', 'One.\n\nTwo '), ...answer('One.\n\nTwo words.')))).toEqual([
      'answer: One.\n\n',
      'answer: Two words.',
    ])
  })

  test('drops what an attempt streamed that was made again', () => {
    const view = after(streamed('s1', 'Half a'), streamed('s2', 'All of it'), ...answer('All of it.'))
    expect(texts(view)).toEqual(['answer: All of it.'])
    expect(view.text.open).toBe('')
  })

  test('keeps what was seen of an answer that is interrupted', () => {
    const view = after(
      streamed('s1', 'Half a sent'),
      ...entriesOf(['run-interrupted', { run: 'r', reason: 'Esc' }]),
    )
    expect(texts(view)).toEqual(['answer: Half a sent', 'note: interrupted: Esc'])
  })

  test('shows a call while it runs with the end of what it prints, then what it came to', () => {
    const call = { call: 'c1', key: 'k1', tool: 'shell' } as const
    const asked = {
      role: 'assistant' as const,
      content: [{ type: 'tool-call' as const, id: 'c1', name: 'shell', input: { command: 'make' } }],
    }
    const [said, started, finished] = entriesOf(
      ['assistant-message', { message: asked, model: 'm', reason: 'tool-calls', usage, cost: 0 }],
      ['tool-started', { ...call, repeat: 'once', effects: [], epoch: 1, attempt: 1 }],
      [
        'tool-finished',
        {
          ...call,
          outcome: { type: 'completed', output: { content: [{ type: 'text', text: 'built\u001B[2J' }] } },
        },
      ],
    )
    if (said === undefined || started === undefined || finished === undefined)
      throw new Error('three entries')
    const progress = {
      type: 'tool-progressed',
      key: 'k1',
      tool: 'shell',
      text: 'step 1\nstep 2\n',
      live: true,
      thread: 't1',
      stream: 's',
      after: 2,
      offset: 0,
    } as const
    const running = after({ type: 'begun', time: 1_000_000 }, said, started, progress)
    const drawn = renderLive(running, paint, room)
    expect(drawn.join('\n')).toMatch(/shell make .*\n {4}step 1\n {4}step 2/)
    const over = reduce(running, finished)
    expect(over.calls).toEqual([])
    const [block] = over.blocks
    expect(block === undefined ? [] : renderBlock(block, undefined, paint, 60)).toEqual([
      expect.stringContaining('+ shell make'),
      '    built␛[2J',
    ])
  })

  test('shows words that wait until they are taken', () => {
    const queued = after({ type: 'queued', words: { id: 'w1', text: 'also the docs' } })
    expect(renderLive(queued, paint, room).join()).toContain('queued: also the docs')
    const [taken] = entriesOf([
      'user-message',
      { message: { role: 'user', content: [{ type: 'text', text: 'also the docs' }] }, delivery: 'steer' },
    ])
    if (taken === undefined || isLive(taken)) throw new Error('one entry')
    const view = reduce(queued, { ...taken, cause: 'w1' })
    expect(view.queued).toEqual([])
    expect(view.blocks).toEqual([{ type: 'said', text: 'also the docs', steered: true }])
  })

  test('is never higher than its room', () => {
    const view = after(
      { type: 'begun', time: 0 },
      streamed('s1', Array.from({ length: 99 }, (_, line) => `- line ${line}\n`).join('')),
    )
    for (let height = 2; height < 30; height += 1) {
      expect(renderLive(view, paint, { ...room, height }).length).toBeLessThanOrEqual(height + 1)
    }
  })
})
