import { describe, expect, test } from 'vitest'

import { layerOf, layers } from '../layers.ts'
import { type SourceFile, sourceFiles } from '../source-file.ts'
import { type Manifest, workspacePackages } from '../workspace-package.ts'

const packages = workspacePackages('packages')
const apps = workspacePackages('apps')

function packageName(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier)
}

function bareImports(file: SourceFile): readonly string[] {
  return file.imports
    .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
    .map(packageName)
}

function declared({ name, dependencies, peerDependencies }: Manifest): ReadonlySet<string> {
  return new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })])
}

test('every package stands in exactly one layer', () => {
  expect(layers.flat().toSorted()).toEqual(packages.map(({ short }) => short))
})

describe.each(packages)('$short', ({ folder, manifest }) => {
  test('declares only packages of lower layers', () => {
    const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    const sideways = names.filter((name) => layerOf(name) >= layerOf(manifest.name))
    expect(sideways).toEqual([])
  })

  test('imports only packages of lower layers', () => {
    const sideways = sourceFiles(`${folder}/src`).flatMap((file) =>
      bareImports(file)
        .filter((name) => layerOf(name) >= layerOf(manifest.name) && name !== manifest.name)
        .map((name) => `${file.path} imports ${name}`),
    )
    expect(sideways).toEqual([])
  })
})

describe.each([...packages, ...apps])('$short', ({ folder, manifest }) => {
  test('imports nothing that its manifest lacks', () => {
    // An app is bundled: what it is built from need not be installed with it.
    const bundled = folder.startsWith('apps/') ? Object.keys(manifest.devDependencies ?? {}) : []
    const known = new Set([...declared(manifest), ...bundled])
    const undeclared = sourceFiles(`${folder}/src`).flatMap((file) =>
      bareImports(file)
        .filter((name) => !known.has(name))
        .map((name) => `${file.path} imports ${name}`),
    )
    expect(undeclared).toEqual([])
  })

  test('tests import nothing that its manifest lacks', () => {
    const known = new Set([...declared(manifest), ...Object.keys(manifest.devDependencies ?? {})])
    const undeclared = sourceFiles(`${folder}/test`).flatMap((file) =>
      bareImports(file)
        .filter((name) => !known.has(name))
        .map((name) => `${file.path} imports ${name}`),
    )
    expect(undeclared).toEqual([])
  })
})
