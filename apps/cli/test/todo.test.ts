import { expect, onTestFinished, test } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

const item = (text: string, status: string): object => ({ text, status })

/** What a person sees of these lists. */
async function shown(...lists: readonly (readonly object[])[]): Promise<string> {
  const server = await startFakeServer([
    ...lists.map((items) => ({ calls: [{ name: 'todo', input: { items } }] })),
    { text: 'Done.' },
  ])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const world = { home: temporaryFolder(), variables: { NO_COLOR: '1' }, terminal: 60 }
  return (await runInProcess(['run', 'act', '--model', server.model], world)).stderr
}

test('the list of the agent is shown as a checklist each time it changes', async () => {
  const stderr = await shown(
    [item('look', 'active'), item('change', 'pending')],
    [item('look', 'done'), item('change', 'active'), item('paint', 'dropped')],
  )
  expect(stderr).toContain('todo 0 of 2 done\n  ▸ look\n  ○ change\n')
  expect(stderr).toContain('todo 1 of 3 done\n  ✓ look\n  ▸ change\n  ⊘ paint\n')
})

test('of a long list what changed and what comes next is shown, and how much there is besides', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `step ${index}`)
  const at = (active: number) =>
    names.map((name, index) => item(name, index < active ? 'done' : index === active ? 'active' : 'pending'))
  const [, second = ''] = (await shown(at(20), at(21))).split('todo 21 of 30 done')
  expect(second).toContain('  ✓ step 20\n  ▸ step 21\n  ○ step 22\n')
  expect(second).toContain('… 20 more')
  expect(second).not.toContain('step 19')
})

test('a list that was refused is shown as a failure, and hostile text as text', async () => {
  expect(await shown([item('a', 'active'), item('b', 'active')])).toContain('✗ todo')
  const stderr = await shown([item('a\u001B[2J\u202E', 'pending')])
  expect(stderr).toContain('todo 0 of 1 done')
  for (const sign of ['\u001B[2J', '\u202E']) expect(stderr).not.toContain(sign)
})
