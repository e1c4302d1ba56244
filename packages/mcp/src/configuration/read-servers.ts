import { type ConfigurationShape, configurationShapes } from './field-table.ts'
import { type ConfigurationProblem, shownKind, within } from './problem.ts'
import { fieldReaders, type ServerFields } from './read-field.ts'
import type { ConfigurationPlace, WrittenInput, WrittenServer, WrittenTransport } from './written-server.ts'

/** What the configuration of one place says. */
export interface ReadServers {
  readonly servers: readonly WrittenServer[]
  readonly problems: readonly ConfigurationProblem[]
}

/** Reads the servers of one place. What is wrong with one leaves the others as they are. */
export function readServers(value: unknown, place: ConfigurationPlace): ReadServers {
  const shape = configurationShapes[place.program]
  const start = place.folder === undefined ? '' : within('/projects', place.folder)
  const key = shape.keys.find((name) => valueAt(value, start, name) !== undefined)
  const problems: ConfigurationProblem[] = []
  const pointer = key === undefined ? '' : within(start, key)
  const named = key === undefined ? undefined : valueAt(value, start, key)
  if (named === undefined) return { servers: [], problems }
  if (!isObject(named)) {
    problems.push(
      fault(place, pointer, `it is ${shownKind(named)}`, 'Write an object there: { "name": { ... } }'),
    )
    return { servers: [], problems }
  }
  const inputs = place.program === 'vscode' ? readInputs(valueAt(value, '', 'inputs')) : []
  const servers = Object.entries(named).flatMap(([name, entry]) => {
    const read = readServer({ name, place, pointer: within(pointer, name), shape }, entry)
    problems.push(...read.problems)
    return read.server === undefined ? [] : [inputs.length === 0 ? read.server : { ...read.server, inputs }]
  })
  return { servers, problems }
}

interface Reading {
  readonly name: string
  readonly place: ConfigurationPlace
  readonly pointer: string
  readonly shape: ConfigurationShape
}

function readServer(
  reading: Reading,
  entry: unknown,
): { readonly server?: WrittenServer; readonly problems: readonly ConfigurationProblem[] } {
  const { name, place, pointer, shape } = reading
  const about = (at: string, message: string, fix: string): ConfigurationProblem => ({
    ...fault(place, at, message, fix),
    server: name,
  })
  if (name.trim() === '' || name.length > 100 || /\p{Cc}/u.test(name)) {
    const fix = 'Rename it: 1 to 100 characters without control characters'
    return { problems: [about(pointer, 'the name of the server cannot be shown', fix)] }
  }
  if (!isObject(entry)) {
    return { problems: [about(pointer, `it is ${shownKind(entry)}`, 'Write an object there')] }
  }
  const { fields, problems } = readFields(reading, entry, about)
  if (problems.some(({ severity }) => severity === 'error')) return { problems }
  const transport = transportOf(fields, shape)
  if (typeof transport !== 'string') return { server: assemble(reading, fields, transport), problems }
  return { problems: [...problems, about(pointer, transport, 'Give a command, or a url')] }
}

function readFields(
  { place, pointer, shape }: Reading,
  entry: object,
  about: (at: string, message: string, fix: string) => ConfigurationProblem,
): { readonly fields: ServerFields; readonly problems: readonly ConfigurationProblem[] } {
  const fields: ServerFields = {}
  const problems = Object.entries(entry).flatMap(([key, value]): readonly ConfigurationProblem[] => {
    const at = within(pointer, key)
    const role = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined
    if (role === undefined) {
      return [{ ...about(at, 'it is an unknown field', unknownFix(shape)), severity: 'warning' }]
    }
    if (role === 'ignored') return []
    if (role === 'permission') {
      return [
        { ...about(at, 'it is not read', 'Allow calls by rules: keepup permissions'), severity: 'warning' },
      ]
    }
    if (place.scope === 'project' && (role === 'trust' || role === 'trusted')) {
      const fix = 'Set it in your own configuration'
      return [{ ...about(at, "a project's file cannot make itself trusted", fix), severity: 'warning' }]
    }
    const expected = fieldReaders[role](value, fields)
    return expected === undefined ? [] : [about(at, `it is ${shownKind(value)}`, `Write ${expected}`)]
  })
  return { fields, problems }
}

function unknownFix({ fields }: ConfigurationShape): string {
  return `Remove it; known are ${Object.keys(fields).join(', ')}`
}

/** How the server is reached, or why that cannot be told. */
function transportOf(fields: ServerFields, shape: ConfigurationShape): WrittenTransport | string {
  const url = fields.httpUrl ?? fields.url
  if (fields.command !== undefined) {
    if (url !== undefined) return 'it has a command and a URL'
    return programOf(fields, fields.command)
  }
  if (url === undefined) return 'it has neither a command nor a URL'
  if (fields.type === 'stdio') return 'it has a URL, and the type stdio'
  const untyped = fields.httpUrl === undefined ? shape.url : 'http'
  return { type: fields.type ?? untyped, url, headers: fields.headers ?? {} }
}

function programOf(
  { type = 'stdio', args = [], env = {}, cwd, envFile }: ServerFields,
  command: string,
): WrittenTransport | string {
  if (type !== 'stdio') return `it has a command, and the type ${type}`
  const where = {
    ...(cwd === undefined ? {} : { cwd }),
    ...(envFile === undefined ? {} : { envFile }),
  }
  return { type, command, args, env, ...where }
}

function assemble(
  { name, place, pointer }: Reading,
  fields: ServerFields,
  transport: WrittenTransport,
): WrittenServer {
  const { enabled = true, timeouts, allow, deny, trust, oauth } = fields
  const tools = { ...(allow === undefined ? {} : { allow }), ...(deny === undefined ? {} : { deny }) }
  return {
    name,
    place,
    pointer,
    transport,
    enabled,
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(Object.keys(tools).length === 0 ? {} : { tools }),
    ...(trust === undefined ? {} : { trust }),
    ...(oauth === undefined ? {} : { oauth }),
  }
}

/** VS Code's questions; those that cannot be read have no default. */
function readInputs(value: unknown): readonly WrittenInput[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((one: unknown) => {
    const id = valueAt(one, '', 'id')
    const preset = valueAt(one, '', 'default')
    if (typeof id !== 'string') return []
    return [{ id, ...(typeof preset === 'string' ? { default: preset } : {}) }]
  })
}

function fault(
  place: ConfigurationPlace,
  pointer: string,
  message: string,
  fix: string,
): ConfigurationProblem {
  return { severity: 'error', file: place.file, pointer, message, fix }
}

/** The value of a key at a pointer; `undefined` where there is none. */
function valueAt(value: unknown, pointer: string, key: string): unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  let at = value
  for (const step of [...steps, key]) {
    if (!isObject(at) || !Object.hasOwn(at, step)) return undefined
    at = Object.getOwnPropertyDescriptor(at, step)?.value
  }
  return at
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
