import { PassThrough, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'

import { expect, test } from 'vitest'

import { createLineWriter } from '../src/terminal/line-writer.ts'
import { createLiveStatus } from '../src/terminal/live-status.ts'
import { createStyle, styleFor, usesColour } from '../src/terminal/style.ts'

const plain = createStyle(false, true)

test('NO_COLOR beats FORCE_COLOR beats the terminal', () => {
  expect(usesColour({ isTTY: true }, {})).toBe(true)
  expect(usesColour({ isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false)
  expect(usesColour({ isTTY: false }, { FORCE_COLOR: '1' })).toBe(true)
  expect(usesColour({ isTTY: true }, { FORCE_COLOR: '0' })).toBe(false)
  expect(usesColour({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
  expect(usesColour({ isTTY: false }, {})).toBe(false)
  expect(stripVTControlCharacters(styleFor({ isTTY: true }, { LANG: 'C' }).marks.done)).toBe('+')
})

test('a writer waits for its reader', async () => {
  const stream = new PassThrough({ highWaterMark: 4 })
  const writer = createLineWriter(stream)
  const writing = writer.write('more than four').then(() => 'written')
  expect(await Promise.race([writing, sleep(5, 'waiting')])).toBe('waiting')
  stream.read()
  expect(await writing).toBe('written')
})

test('a writer whose reader left says so and does not hang', async () => {
  const stream = new Writable({
    highWaterMark: 1,
    write: (_, __, callback) => callback(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  })
  const writer = createLineWriter(stream)
  await writer.write('text')
  await sleep(1)
  expect(writer.closed.aborted).toBe(true)
  await writer.write('more')
  await writer.flush()
})

test('the status line is taken away before text, and left alone in the middle of a line', async () => {
  const [out, notes] = [new PassThrough(), new PassThrough()]
  const live = createLiveStatus(
    {
      out: createLineWriter(out),
      notes: createLineWriter(notes),
      outStyle: plain,
      notesStyle: plain,
      width: 80,
      interactive: true,
    },
    () => 'STATUS',
  )
  await expect.poll(() => String(notes.read() ?? '')).toContain('STATUS')
  await live.write('answer', 'half a line')
  notes.read()
  await sleep(300)
  expect(notes.read()).toBeNull()
  live.end()
  expect(String(out.read())).toBe('half a line')
})
