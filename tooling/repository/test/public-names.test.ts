import { dirname, join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { type ExportedName, type SourceFile, sourceFile } from '../source-file.ts'
import { entryPoints, workspacePackages } from '../workspace-package.ts'

interface EntryPoint {
  readonly subpath: string
  readonly file: SourceFile
}

function entryPointFiles(item: ReturnType<typeof workspacePackages>[number]): readonly EntryPoint[] {
  return [...entryPoints(item)].map(([subpath, source]) => ({
    subpath,
    file: sourceFile(join(item.folder, source)),
  }))
}

function listing({ subpath, file }: EntryPoint): string {
  const lines = file.exports.map(({ name, isType }) => `  ${isType ? 'type ' : ''}${name}`)
  return [subpath, ...lines.toSorted()].join('\n')
}

/** Follows a name to the module that declares it. Names of other packages count as documented there. */
function isDocumented(file: SourceFile, exported: ExportedName): boolean {
  const { from } = exported
  if (from === undefined) return exported.documented
  if (!from.module.startsWith('.')) return true
  const origin = sourceFile(join(dirname(file.path), from.module))
  const declaration = origin.exports.find(({ name }) => name === from.name)
  return declaration !== undefined && isDocumented(origin, declaration)
}

describe.each(workspacePackages('packages'))('$short', (item) => {
  test('exports the names that were agreed', async () => {
    const names = `${entryPointFiles(item).map(listing).join('\n\n')}\n`
    await expect(names).toMatchFileSnapshot(`../public-names/${item.short}.txt`)
  })

  test('names every export, none by star', () => {
    expect(
      entryPointFiles(item)
        .filter(({ file }) => file.hasStarExport)
        .map(({ subpath }) => subpath),
    ).toEqual([])
  })

  test('documents every export', () => {
    const silent = entryPointFiles(item).flatMap(({ subpath, file }) =>
      file.exports.filter((name) => !isDocumented(file, name)).map(({ name }) => `${subpath} ${name}`),
    )
    expect(silent).toEqual([])
  })
})
