import { expect, test } from 'vitest'

import { toolkit } from '../src/index.ts'

test('the names, the inputs and whether a call may be repeated are a contract', () => {
  const shapes = toolkit({ root: '/srv' }).map(({ name, input, repeat }) => {
    if (!('jsonSchema' in input)) throw new Error('every input tells its JSON Schema')
    const { properties, required } = input.jsonSchema as { properties: object; required?: string[] }
    const fields = Object.keys(properties).map((key) => (required?.includes(key) === true ? key : `${key}?`))
    return `${name} {${fields.join(', ')}} ${repeat}`
  })
  expect(shapes).toEqual([
    'apply_patch {patch} once',
    'edit {path, old_text, new_text, replace_all?} once',
    'glob {pattern} safe',
    'grep {pattern, path?} safe',
    'ls {path?} safe',
    'multi_edit {path, edits} once',
    'read {path, offset?, limit?, line?, lines?, raw?, numbered?} safe',
    'write {path, content} idempotent',
    'shell {command, timeout_ms?, background?} once',
    'shell_input {id, text, end?} once',
    'shell_kill {id} idempotent',
    'shell_output {id, wait_ms?, from?} safe',
  ])
})

test('every tool declares effects with absolute targets, and what its arguments decide', () => {
  const inputs: Readonly<Record<string, object>> = {
    apply_patch: { patch: '*** Begin Patch\n*** Delete File: a\n*** End Patch' },
    edit: { path: 'a', old_text: 'x', new_text: 'y' },
    glob: { pattern: '*' },
    grep: { pattern: 'x', path: 'a' },
    ls: { path: 'a' },
    multi_edit: { path: 'a', edits: [{ old_text: 'x', new_text: 'y' }] },
    read: { path: 'a' },
    write: { path: 'a', content: '' },
    shell: { command: 'ls' },
    shell_input: { id: 'cmd-000000000000', text: 'ls' },
    shell_kill: { id: 'cmd-000000000000' },
    shell_output: { id: 'cmd-000000000000' },
  }
  // They touch nothing but the command, which is the thread's own.
  const touchingNothing = ['shell_kill', 'shell_output']
  for (const tool of toolkit({ root: '/srv' })) {
    const effects = tool.effects(inputs[tool.name])
    expect(effects.length > 0).toBe(!touchingNothing.includes(tool.name))
    for (const { kind, target } of effects) {
      if (kind !== 'exec') expect(target).toMatch(/^\/srv|^\*$/)
    }
    const sinks = Object.keys(tool.sinks ?? {})
    expect(Object.keys(inputs[tool.name] ?? {}).filter((key) => !sinks.includes(`/${key}`))).toEqual([])
    expect(tool.produces).toBeDefined()
  }
})

test('the shell can be left out, and what it does in the background', () => {
  const namesOf = (options: object): readonly string[] =>
    toolkit({ root: '/srv', ...options }).flatMap(({ name }) => (name.startsWith('shell') ? [name] : []))
  expect(namesOf({ shell: false })).toEqual([])
  expect(namesOf({ background: false })).toEqual(['shell'])
})
