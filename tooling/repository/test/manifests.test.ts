import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { repositoryRoot } from '../repository-root.ts'
import { workspacePackages } from '../workspace-package.ts'

const packages = workspacePackages('packages')

describe.each([...packages, ...workspacePackages('apps')])('$short', ({ folder, manifest }) => {
  test('says what it is, under which licence, and which Node it needs', () => {
    expect(manifest.description).toMatch(/^.{20,}\.$/)
    expect(manifest.license).toBe('MIT')
    expect(manifest.engines?.node).toBe('>=22.18')
  })

  test('has a README that begins with its name', () => {
    const readme = join(repositoryRoot, folder, 'README.md')
    expect(existsSync(readme) ? readFileSync(readme, 'utf8').split('\n')[0] : 'no README').toBe(
      `# ${manifest.name}`,
    )
  })
})

describe.each(packages)('$short', ({ manifest }) => {
  test('does nothing on import', () => {
    expect(manifest.sideEffects).toBe(false)
  })

  test('gives source, types and code for each entry point', () => {
    const points = Object.entries(manifest.exports ?? {}).filter(([subpath]) => subpath !== './package.json')
    expect(points.map(([, target]) => Object.keys(target))).toEqual(
      points.map(() => ['@keepup/source', 'types', 'default']),
    )
  })
})
