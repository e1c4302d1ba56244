import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { permissionPolicy, type PermissionRule } from '../src/index.ts'
import { guardedCall, shellCall } from './guarded-call.ts'
import { temporaryFolder } from './temporary-folder.ts'

const read = (path: string) => guardedCall({ tool: 'read', repeat: 'safe', effects: [`read:${path}`] })
const write = (path: string) =>
  guardedCall({ tool: 'write', repeat: 'idempotent', effects: [`write:${path}`] })

describe('links', () => {
  function workspaceWithLinks() {
    const home = temporaryFolder()
    for (const folder of ['real/src', 'real/docs', 'outside'])
      mkdirSync(join(home, folder), { recursive: true })
    writeFileSync(join(home, 'outside/secret'), '')
    symlinkSync(join(home, 'real'), join(home, 'linked'))
    symlinkSync(join(home, 'outside'), join(home, 'real/src/away'))
    symlinkSync(join(home, 'real/docs'), join(home, 'real/alias'))
    symlinkSync(join(home, 'nowhere/yet'), join(home, 'real/dangling'))
    return home
  }

  test('a workspace that is a link is the folder that it leads to', () => {
    const home = workspaceWithLinks()
    const decide = permissionPolicy({ root: join(home, 'linked'), rules: [] })
    for (const path of ['linked/src/a', 'real/src/a'])
      expect(decide(read(join(home, path))).type).toBe('allow')
    expect(decide(shellCall('cat src/a')).type).toBe('allow')
  })

  test('a link that leads out of the workspace leads out of every allowance', () => {
    const home = workspaceWithLinks()
    const rules: readonly PermissionRule[] = [
      { decision: 'allow', effect: 'read:src/**' },
      { decision: 'allow', effect: 'write:src/**' },
      { decision: 'allow', effect: 'write:dangling' },
    ]
    const decide = permissionPolicy({ root: join(home, 'linked'), rules: [{ source: 'rules', rules }] })
    expect(decide(read(join(home, 'real/src/away/secret'))).type).toBe('ask')
    expect(decide(write(join(home, 'real/src/away/new'))).type).toBe('ask')
    expect(decide(write(join(home, 'real/dangling'))).type).toBe('ask')
    expect(decide(write(join(home, 'real/src/b'))).type).toBe('allow')
    expect(decide(shellCall('cat src/away/secret')).type).toBe('ask')
  })

  test('a denial holds by every name of a file', () => {
    const home = workspaceWithLinks()
    for (const named of ['docs', 'alias']) {
      const rules: readonly PermissionRule[] = [{ decision: 'deny', effect: `write:${named}/**` }]
      const decide = permissionPolicy({ root: join(home, 'linked'), rules: [{ source: 'rules', rules }] })
      for (const path of ['linked/docs/a', 'real/alias/a', 'linked/alias/../docs/a']) {
        expect(decide({ ...write(join(home, path)), mode: 'yolo' }).type).toBe('deny')
      }
      expect(decide(shellCall('touch alias/a', 'yolo')).type).toBe('deny')
    }
  })
})
