import { KeepupError } from '@keepup/core'
import { expect, test } from 'vitest'

import { createRoleRegistry, fileOfRole, loadRoles, settleNames } from '../src/index.ts'
import { load, project } from './project.ts'

const text = (name: string): string => `---\nname: ${name}\ndescription: x\n---\nx`
const files = {
  '.claude/agents/b.md': text('reviewer'),
  '.claude/agents/a.md': text('author'),
  '.github/agents/reviewer.agent.md': '---\ndescription: other\n---\n',
}

test('a name is that of one role; a clash names both places', () => {
  const { roles } = load(files)
  const error = caught(() => createRoleRegistry(roles))
  expect(KeepupError.is(error, 'configuration-invalid')).toBe(true)
  expect(String(error)).toMatch(/reviewer: .*\.claude\/agents\/b\.md:1 and .*reviewer\.agent\.md:1/)
})

test('settled, the first has the name and the others are still to be had', () => {
  const { roles, problems } = settleNames([...load(files).roles, ...load(files).roles, ...load(files).roles])
  const registry = createRoleRegistry(roles)
  expect(registry.list().map(({ name }) => name)).toEqual([
    'author',
    'claude:author',
    'claude:reviewer',
    'copilot:reviewer',
    'project:claude:author',
    'project:claude:reviewer',
    'project:copilot:reviewer',
    'reviewer',
  ])
  expect(registry.get('reviewer').source.format).toBe('claude')
  expect(problems.map(({ problem }) => problem).join('\n')).toMatch(
    /this one is called copilot:reviewer[^]*left out/,
  )
})

test('a name that is not there gets the nearest ones', () => {
  const registry = createRoleRegistry(settleNames(load(files).roles).roles)
  expect(registry.find('nobody')).toBeUndefined()
  const error = caught(() => registry.get('reviewr'))
  expect(KeepupError.is(error, 'input-invalid') && error.details['fix']).toContain('did you mean reviewer')
  const none = caught(() => createRoleRegistry([]).get('x'))
  expect(KeepupError.is(none) && none.details['fix']).toContain('keepup roles import')
})

test('what is written as a role of ours is read as the same role', () => {
  const loaded = load({
    '.claude/agents/a.md':
      '---\nname: a\ndescription: x\ntools: Read, Bash(git:*), Agent(b)\nmaxTurns: 3\nmodel: claude-x\n---\nWords',
    'config/agents.yaml': 'c:\n  role: R\n  goal: G\n  backstory: B\n  max_execution_time: 90\n',
  })
  for (const role of loaded.roles) {
    const folder = project({ '.keepup/roles/x.json': JSON.stringify(fileOfRole(role)) })
    const [again] = loadRoles({ folder, scope: 'project' }).roles
    const { source: _, metadata: __, ...before } = role
    expect(again).toMatchObject(before)
    expect(again?.metadata).toMatchObject({
      importedFrom: { format: role.source.format, hash: role.source.hash },
    })
  }
})

function caught(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}
