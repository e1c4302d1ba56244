import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

import { onTestFinished } from 'vitest'

import {
  type CodeIntelligence,
  type CodeIntelligenceOptions,
  createCodeIntelligence,
} from '../../src/code-intelligence/index.ts'
import { temporaryFolder } from '../call-tool.ts'

const installed = join(import.meta.dirname, '../../node_modules')

/** What a project has. */
export interface ProjectParts {
  readonly files: Readonly<Record<string, string>>
  /** Programs of this repository that it has in its `node_modules/.bin`; a path in `node_modules` after `=` where the program goes by another name there. */
  readonly programs?: readonly string[]
  /** Packages, by the name they have in the project. */
  readonly packages?: Readonly<Record<string, string>>
}

/** A project of files and links to what is installed here; in a folder of its own unless a place is given. */
export async function makeProject(
  { files, programs = [], packages = {} }: ProjectParts,
  place?: string,
): Promise<string> {
  const root = place ?? (await temporaryFolder())
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  for (const program of programs) {
    const [name = '', path = join('.bin', name)] = program.split('=')
    await symlink(join(installed, path), join(root, 'node_modules/.bin', name))
  }
  for (const [name, path] of Object.entries(packages)) {
    await symlink(join(installed, path), join(root, 'node_modules', name))
  }
  return root
}

/** The variables of this process, with nothing on the PATH but node and the system's own programs. */
export function barePath(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter) }
}

/** Code intelligence that is stopped after the test. */
export async function intelligenceOf(
  root: string,
  options: Partial<CodeIntelligenceOptions> = {},
): Promise<CodeIntelligence> {
  const intelligence = await createCodeIntelligence({ root, environment: barePath(), ...options })
  onTestFinished(() => intelligence[Symbol.asyncDispose]())
  return intelligence
}

export { fakeServer } from './fake-definition.ts'
