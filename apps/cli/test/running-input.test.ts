import { join } from 'node:path'

import { type Mode, systemClock, type Tool, trustedLabel } from '@keepup/core'
import { permissionPolicy, type PermissionRule } from '@keepup/permissions'
import { toolkit } from '@keepup/toolkit'
import { codeTool } from '@keepup/toolkit/code'
import { expect, test } from 'vitest'

import { temporaryFolder } from './temporary-folder.ts'

/** What the policy of the command line says of a call, for a mode and rules. */
function deciding(root: string, tools: readonly Tool[]) {
  return (
    name: string,
    input: Readonly<Record<string, string>>,
    mode: Mode,
    rules: readonly PermissionRule[] = [],
  ): string => {
    const tool = tools.find((one) => one.name === name)
    if (tool === undefined) throw new Error(name)
    const leaves = Object.entries(input).map(([key, value]) => {
      const sink = tool.sinks?.[`/${key}`]
      return { pointer: `/${key}`, value, origins: [], ...(sink === undefined ? {} : { sink }) }
    })
    return permissionPolicy({ root, rules: [{ source: 'rules', rules }] })({
      tool: { name, pin: 'pin' },
      call: { thread: 't', id: 'c', key: 'k', name, input },
      mode,
      repeat: tool.repeat,
      effects: tool.effects(input),
      exposure: trustedLabel,
      arguments: leaves,
    }).type
  }
}

const modes = ['plan', 'ask', 'auto-edit', 'auto'] as const

test('input for a command is never less guarded than the command, however harmless it looks', async () => {
  const root = temporaryFolder()
  await using tools = toolkit({ root, background: { state: join(root, 'state') } })
  const shell = tools.find(({ name }) => name === 'shell')
  const started = await shell?.run(
    { command: 'xargs rm', background: true },
    {
      call: { thread: 't', id: 'c', key: 'a'.repeat(64), name: 'shell', input: {} },
      signal: new AbortController().signal,
      clock: systemClock,
      idempotencyKey: 'k',
      progress: () => {},
      processStarted: async () => {},
    },
  )
  const id = /cmd-[0-9a-f]{12}/.exec(JSON.stringify(started))?.[0] ?? ''
  const decide = deciding(root, tools)
  // As a command, `ls` may run by itself; here it would be deleted.
  expect(decide('shell', { command: 'ls' }, 'ask')).toBe('allow')
  for (const mode of modes) {
    expect(decide('shell_input', { id, text: 'ls' }, mode)).toBe(mode === 'plan' ? 'deny' : 'ask')
    expect(decide('shell_input', { id: 'cmd-000000000000', text: 'ls' }, mode)).not.toBe('allow')
  }
  expect(decide('shell_input', { id, text: 'ls' }, 'yolo')).toBe('allow')
  const denyDeleting = [{ decision: 'deny', command: 'rm', prefix: true }] as const
  expect(decide('shell_input', { id, text: 'rm x' }, 'yolo', denyDeleting)).toBe('deny')
  // What reads it would be denied.
  expect(decide('shell_input', { id, text: 'ls' }, 'yolo', denyDeleting)).toBe('deny')
  expect(decide('shell_output', { id }, 'plan')).toBe('allow')
})

test('a cell is never taken for the harmless command that its source would be', async () => {
  const root = temporaryFolder()
  await using code = codeTool(root)
  const decide = deciding(root, [code])
  for (const source of ['ls', 'true', 'npm test', 'python -m pytest', 'node --test', 'echo']) {
    for (const mode of modes) {
      expect(decide('code', { source }, mode), `${mode} ${source}`).toBe(mode === 'plan' ? 'deny' : 'ask')
    }
  }
  expect(decide('code', { source: '1' }, 'yolo')).toBe('allow')
})
