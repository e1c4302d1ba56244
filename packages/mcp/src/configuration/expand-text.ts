import { basename, isAbsolute, resolve, sep } from 'node:path'

import type { ConfigurationProgram, WrittenInput } from './written-server.ts'

/** Gives a secret by its name; `undefined` where there is none. Fails where secrets cannot be read at all. */
export type ReadSecret = (name: string) => Promise<string | undefined>

/** What variables may stand for. */
export interface Variables {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder: string
  readonly home: string
  /** For `${keychain:NAME}`; none is known when left out. */
  readonly secret?: ReadSecret | undefined
  /** For `${file:PATH}`: what a file holds. */
  readonly readFile: (path: string) => string
  readonly inputs?: readonly WrittenInput[] | undefined
  /** Programs write variables in more ways than one. */
  readonly program: ConfigurationProgram
}

/** A text with its variables filled in, or what is missing and what to do. */
export type Expanded = { readonly text: string } | { readonly missing: string; readonly fix: string }

/** `${...}`, opencode's `{env:...}` and `{file:...}`, Gemini CLI's `$NAME`. */
const spellings: Partial<Record<ConfigurationProgram, RegExp>> = {
  opencode: /\$?\{(?<inside>(?:env|file|keychain):[^{}]+)\}/g,
  gemini: /\$\{(?<inside>[^{}]*)\}|\$(?<bare>[A-Za-z_]\w*)/g,
}
const usualSpelling = /\$\{(?<inside>[^{}]*)\}/g

/**
 * Fills in the variables of a text: `${env:NAME}`, `${NAME}`, `${NAME:-default}`, `${keychain:NAME}`, `${file:PATH}`, `${input:ID}`, `${workspaceFolder}` and their
 * like. What a variable gives is not read for variables again. A variable that is not set is missing, never an empty text; one that is set and empty is empty.
 */
export async function expandText(text: string, variables: Variables): Promise<Expanded> {
  const pieces: string[] = []
  let end = 0
  for (const match of text.matchAll(spellings[variables.program] ?? usualSpelling)) {
    const found = await valueOf(match.groups?.['inside'] ?? match.groups?.['bare'] ?? '', variables)
    if ('missing' in found) return found
    pieces.push(text.slice(end, match.index), found.text)
    end = match.index + match[0].length
  }
  return { text: [...pieces, text.slice(end)].join('') }
}

async function valueOf(inside: string, variables: Variables): Promise<Expanded> {
  const [reference, preset] = splitDefault(inside)
  const found = await look(reference, variables)
  if (!('missing' in found) || preset === undefined) return found
  return { text: preset }
}

/** As shells have it, `:-` comes before what stands in for the value. */
function splitDefault(inside: string): readonly [string, string?] {
  const at = inside.indexOf(':-')
  return at < 0 ? [inside] : [inside.slice(0, at), inside.slice(at + 2)]
}

async function look(reference: string, variables: Variables): Promise<Expanded> {
  const place = places(variables).get(reference)
  if (place !== undefined) return { text: place }
  const [, kind = 'env', name = ''] = /^(?:(env|keychain|file|input):)?(.+)$/s.exec(reference) ?? []
  if (kind === 'keychain') return secretOf(name, variables)
  if (kind === 'file') return fileOf(name, variables)
  if (kind === 'input') return inputOf(name, variables)
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    const fix = 'Write ${env:NAME}, ${NAME}, ${NAME:-default}, ${keychain:NAME} or ${file:PATH}'
    return { missing: `\${${reference}} is no variable`, fix }
  }
  const value = variables.environment[name]
  if (value !== undefined) return { text: value }
  return {
    missing: `the environment variable ${name} is not set`,
    fix: `Set ${name}, or write \${${name}:-default}`,
  }
}

function places({ folder, home }: Variables): ReadonlyMap<string, string> {
  return new Map([
    ['workspaceFolder', folder],
    ['workspaceRoot', folder],
    ['workspaceFolderBasename', basename(folder)],
    ['userHome', home],
    ['pathSeparator', sep],
    ['/', sep],
  ])
}

async function secretOf(name: string, { secret }: Variables): Promise<Expanded> {
  const instead = `or write \${env:NAME} in its place`
  try {
    const value = await secret?.(name)
    if (value !== undefined) return { text: value }
    const missing = secret === undefined ? 'there is no keychain here' : `the keychain has no ${name}`
    return { missing, fix: `Keep it there for the service "keepup" and the account "${name}", ${instead}` }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { missing: `the keychain cannot be read (${why})`, fix: `Unlock it, ${instead}` }
  }
}

function fileOf(name: string, { folder, home, readFile }: Variables): Expanded {
  const path = name.startsWith('~/')
    ? `${home}/${name.slice(2)}`
    : isAbsolute(name)
      ? name
      : resolve(folder, name)
  try {
    return { text: readFile(path).replace(/\r?\n$/, '') }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return { missing: `the file ${path} cannot be read (${why})`, fix: 'Make it, or name another one' }
  }
}

/** Nobody is asked while a run starts: the keychain knows the answer, or the input has a default. */
async function inputOf(id: string, variables: Variables): Promise<Expanded> {
  const kept = await secretOf(`input:${id}`, variables)
  if ('text' in kept) return kept
  const input = variables.inputs?.find((one) => one.id === id)
  if (input?.default !== undefined) return { text: input.default }
  return {
    missing: `nobody was asked for the input ${id}`,
    fix: `Keep its value in the keychain, for the service "keepup" and the account "input:${id}"`,
  }
}
