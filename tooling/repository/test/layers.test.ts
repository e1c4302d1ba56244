import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

/** Lowest first. A package may depend only on packages of earlier lines, never on its own line. Add each new package to its line. */
const layers: readonly (readonly string[])[] = [
  ['core'],
  ['checkpoint', 'database-sqlite', 'testing'],
  ['checkpoint-sqlite', 'loop', 'models', 'toolkit', 'tools'],
  ['runtime'],
]

interface Manifest {
  readonly name: string
  readonly description?: string
  readonly sideEffects?: boolean
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

const root = join(import.meta.dirname, '../../..')
const depth = new Map<string, number>(
  layers.flatMap((layer, index) => layer.map((name) => [`@keepup/${name}`, index] as const)),
)
const manifests = readdirSync(join(root, 'packages')).map((directory) =>
  readManifest(join(root, 'packages', directory)),
)

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest
}

test('every package has a layer', () => {
  expect(manifests.map(({ name }) => name).toSorted()).toEqual([...depth.keys()].toSorted())
})

describe.each(manifests)('$name', (manifest) => {
  test('depends only on lower layers', () => {
    const own = depth.get(manifest.name) ?? -1
    const imports = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    const upward = imports.filter((name) => (depth.get(name) ?? -1) >= own)
    expect(upward).toEqual([])
  })

  test('is described and free of side effects', () => {
    expect(manifest.description).toBeTruthy()
    expect(manifest.sideEffects).toBe(false)
  })
})
