import { expect, test } from 'vitest'

import { emptyFrame, type Frame, redraw, withdraw } from '../../src/session/screen/frame.ts'
import { rounds, seededRandom } from './seeded-random.ts'
import { SmallTerminal } from './small-terminal.ts'

const width = 40

test('whatever is drawn after whatever was drawn, the terminal shows what was printed and then the region', () => {
  const random = seededRandom()
  for (let round = 0; round < rounds; round += 1) {
    const terminal = new SmallTerminal(width)
    const printed: string[] = []
    let before = emptyFrame
    for (let step = 0; step < 12; step += 1) {
      const next = someFrame(random)
      const news = Array.from({ length: random(4) === 0 ? random(4) : 0 }, () => someLine(random))
      terminal.write(redraw(before, next, news, width))
      printed.push(...news)
      before = next
      const wanted = [...printed, ...next.lines].map((line) => line.trimEnd())
      expect(terminal.text()).toEqual(wanted.slice(0, wanted.findLastIndex((line) => line !== '') + 1))
      expect(terminal.row).toBe(printed.length + (next.cursor?.row ?? next.lines.length - 1))
      expect(terminal.shown).toBe(next.cursor !== undefined)
      if (next.cursor !== undefined) expect(terminal.column).toBe(next.cursor.column)
    }
    terminal.write(withdraw(before, width))
    expect(terminal.row).toBe(printed.length)
    expect(terminal.shown).toBe(true)
  }
})

test('a line that did not change is not sent again', () => {
  const before: Frame = { lines: ['the first', 'the second'], cursor: { row: 1, column: 3 } }
  const sent = redraw(before, { ...before, lines: ['the first', 'another'] }, [], width)
  expect(sent).not.toContain('the first')
  expect(sent).toContain('another')
})

test('rows of lines that a narrower terminal has broken in two are counted', () => {
  const before: Frame = { lines: ['x'.repeat(35), 'y'], cursor: { row: 1, column: 1 } }
  // 35 columns are two rows of 20.
  expect(redraw(before, before, [], 20)).toContain('\u001B[2A')
  expect(redraw(before, before, [], 36)).toContain('\u001B[1A')
})

function someFrame(random: (below: number) => number): Frame {
  const lines = Array.from({ length: 1 + random(6) }, () => someLine(random))
  if (random(3) === 0) return { lines }
  const row = random(lines.length)
  return { lines, cursor: { row, column: random((lines[row] ?? '').length + 1) } }
}

function someLine(random: (below: number) => number): string {
  return random(4) === 0 ? '' : `${'abcdefgh'.repeat(5).slice(0, random(width - 2))}#`
}
