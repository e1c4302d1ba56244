import { expect, test, vi } from 'vitest'

import { shellTool } from '../src/index.ts'
import { call, contextOf, newKey, temporaryFolder } from './call-tool.ts'
import { eventually } from './find-processes.ts'

vi.setConfig({ testTimeout: 60_000 })

test('output is shown while the command still runs', async () => {
  const root = await temporaryFolder()
  const heard: string[] = []
  const context = contextOf(newKey(), { progress: (text) => void heard.push(text) })
  const running = call(
    shellTool(root),
    {
      command:
        'echo one; until [ -e go ]; do sleep 0.05; done; printf "zw\\303"; sleep 0.3; printf "\\266lf"',
    },
    context,
  )
  await eventually(() => heard.join('') === 'one\n')
  await call(shellTool(root), { command: 'touch go' })
  await running
  // A character that comes in two halves is shown whole.
  expect(heard.join('')).toBe('one\nzw\u{f6}lf')
})

test('a flood is shown in part and seldom, and its end is shown', async () => {
  const root = await temporaryFolder()
  const heard: string[] = []
  const context = contextOf(newKey(), { progress: (text) => void heard.push(text) })
  const started = performance.now()
  await call(shellTool(root), { command: 'yes \u{1F600} | head -c 100000000; echo END' }, context)
  const took = performance.now() - started
  expect(heard.length).toBeLessThan(took / 100 + 3)
  expect(Math.max(...heard.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(4_100)
  expect(heard.join('')).toMatch(/END\n$/)
  expect(heard.slice(0, -1).join('')).not.toContain('\u{FFFD}')
})
