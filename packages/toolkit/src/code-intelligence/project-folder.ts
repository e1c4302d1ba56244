import { constants } from 'node:fs'
import { access, realpath } from 'node:fs/promises'
import { delimiter, dirname, isAbsolute, join, relative } from 'node:path'

import { readPlain } from '../read-plain.ts'
import type { ProjectFolder } from './language-server.ts'

/** Where programs are looked for beside the project. */
export interface SearchOptions {
  /** Nothing above it is looked at. */
  readonly root: string
  /** Folders of programs, looked at after the project's own and before the PATH. */
  readonly programs: readonly string[]
  readonly path: string
}

/** The nearest folder from a file's upwards that holds one of the markers; the root where none does. */
export async function findProject(
  file: string,
  markers: readonly string[],
  search: SearchOptions,
): Promise<ProjectFolder> {
  for (const folder of foldersAbove(dirname(file), search.root)) {
    if (await holds(folder, markers)) return projectAt(folder, search)
  }
  return projectAt(search.root, search)
}

function projectAt(folder: string, { root, programs, path }: SearchOptions): ProjectFolder {
  const above = foldersAbove(folder, root)
  return {
    folder,
    holds: (...names) => holds(folder, names),
    program: (name) => firstOf(placesOf(name, { above, programs, path }), isExecutable),
    versionOf: async (program) => {
      const file = await realpath(program).catch(() => program)
      return versionOf(dirname(dirname(file)))
    },
    package: async (name) => {
      for (const place of above) {
        const found = join(place, 'node_modules', name)
        const version = await versionOf(found)
        if (version !== undefined) return { version, folder: found }
      }
      return undefined
    },
  }
}

function placesOf(
  name: string,
  { above, programs, path }: { above: readonly string[]; programs: readonly string[]; path: string },
): readonly string[] {
  const folders = [
    ...above.map((folder) => join(folder, 'node_modules', '.bin')),
    ...programs,
    ...path.split(delimiter).filter((entry) => isAbsolute(entry)),
  ]
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : ['']
  return folders.flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`)))
}

/** The folder and those above it, up to the root. */
function foldersAbove(folder: string, root: string): readonly string[] {
  const way = relative(root, folder)
  if (way.startsWith('..') || isAbsolute(way)) return [root]
  const folders = [folder]
  for (let current = folder; current !== root;) {
    current = dirname(current)
    folders.push(current)
  }
  return folders
}

async function holds(folder: string, names: readonly string[]): Promise<boolean> {
  const found = await firstOf(
    names.map((name) => join(folder, name)),
    isThere,
  )
  return found !== undefined
}

async function firstOf(
  paths: readonly string[],
  fits: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const path of paths) if (await fits(path)) return path
  return undefined
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function versionOf(folder: string): Promise<string | undefined> {
  try {
    const manifest: unknown = JSON.parse((await readPlain(join(folder, 'package.json'))).toString())
    const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest
    return version && typeof manifest.version === 'string' ? manifest.version : undefined
  } catch {
    return undefined
  }
}
