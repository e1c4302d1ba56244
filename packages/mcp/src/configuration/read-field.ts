import type { OAuthSettings, ServerTimeouts, ServerTrust } from '../server-definition.ts'
import type { FieldRole } from './field-table.ts'

/** What the fields of a server said, by what they mean. */
export interface ServerFields {
  type?: 'stdio' | 'http' | 'sse'
  command?: string
  args?: readonly string[]
  env?: Readonly<Record<string, string>>
  cwd?: string
  envFile?: string
  url?: string
  httpUrl?: string
  headers?: Readonly<Record<string, string>>
  enabled?: boolean
  timeouts?: ServerTimeouts
  allow?: readonly string[]
  deny?: readonly string[]
  trust?: ServerTrust
  oauth?: OAuthSettings
}

/** Reads one field into what is known of a server; gives what was expected where the value is something else. */
export type ReadField = (value: unknown, fields: ServerFields) => string | undefined

const types: Readonly<Record<string, 'stdio' | 'http' | 'sse'>> = {
  stdio: 'stdio',
  local: 'stdio',
  http: 'http',
  remote: 'http',
  'streamable-http': 'http',
  streamable_http: 'http',
  streamableHttp: 'http',
  sse: 'sse',
}

const integrities = ['trusted', 'vendor', 'registry', 'structured', 'free-text'] as const

/** How the value of a field is read, by what it means. */
export const fieldReaders: Readonly<Record<Exclude<FieldRole, 'ignored' | 'permission'>, ReadField>> = {
  type: (value, fields) => {
    const type = typeof value === 'string' && Object.hasOwn(types, value) ? types[value] : undefined
    if (type === undefined) return `one of ${Object.keys(types).join(', ')}`
    fields.type = type
    return undefined
  },
  command: text('a program', (command, fields) => (fields.command = command)),
  'command-line': (value, fields) => {
    const [command, ...args] = texts(value) ?? []
    if (command === undefined || command === '') return 'a list of texts: the program and its arguments'
    Object.assign(fields, { command, args })
    return undefined
  },
  args: list((args, fields) => (fields.args = args)),
  env: map((env, fields) => (fields.env = env)),
  headers: map((headers, fields) => (fields.headers = headers)),
  cwd: text('a folder', (cwd, fields) => (fields.cwd = cwd)),
  'env-file': text('a file', (file, fields) => (fields.envFile = file)),
  url: text('a URL', (url, fields) => (fields.url = url)),
  'http-url': text('a URL', (url, fields) => (fields.httpUrl = url)),
  enabled: flag((enabled, fields) => (fields.enabled = enabled)),
  disabled: flag((disabled, fields) => (fields.enabled = !disabled)),
  trusted: flag((trusted, fields) => {
    if (trusted) fields.trust = { annotations: true }
  }),
  seconds: duration(1_000, 'seconds', (call) => ({ call })),
  milliseconds: duration(1, 'milliseconds', (call) => ({ call })),
  'start-milliseconds': duration(1, 'milliseconds', (start) => ({ start })),
  timeouts: (value, fields) => {
    const entries = entriesOf(value)
    if (entries === undefined || !entries.every(isTimeout)) {
      return '{ "start", "call", "longest", "idle" } in milliseconds above 0'
    }
    fields.timeouts = Object.fromEntries(entries) as ServerTimeouts // every entry was checked
    return undefined
  },
  tools: (value, fields) => {
    const entries = entriesOf(value)
    if (entries === undefined || !entries.every(isList))
      return '{ "allow", "deny" }, lists of the names of tools'
    for (const [key, names] of entries) fields[key === 'allow' ? 'allow' : 'deny'] = texts(names) ?? []
    return undefined
  },
  'allowed-tools': list((names, fields) => (fields.allow = names)),
  'denied-tools': list((names, fields) => (fields.deny = names)),
  trust: (value, fields) => {
    const { annotations, integrity, confidential, sampling, ...more } = Object.fromEntries(
      entriesOf(value) ?? [['', 0]],
    )
    const known = integrities.find((one) => one === integrity)
    const good =
      Object.keys(more).length === 0 &&
      isFlag(annotations) &&
      isFlag(confidential) &&
      isFlag(sampling) &&
      (integrity === undefined || known !== undefined)
    if (!good)
      return `{ "annotations": true or false, "integrity": one of ${integrities.join(', ')}, "confidential", "sampling" }`
    fields.trust = {
      ...(annotations === undefined ? {} : { annotations }),
      ...(known === undefined ? {} : { integrity: known }),
      ...(confidential === undefined ? {} : { confidential }),
      ...(sampling === undefined ? {} : { sampling }),
    }
    return undefined
  },
  oauth: (value, fields) => {
    // opencode writes `false` for a server that needs none.
    if (value === false) return undefined
    const oauth = readOAuth(value)
    if (oauth === undefined) {
      return 'an object: clientId, clientSecret, clientMetadataUrl, scopes, issuer, redirectPort, method, options'
    }
    fields.oauth = oauth
    return undefined
  },
}

/** Each program's spelling of what a person sets for OAuth. */
function readOAuth(value: unknown): OAuthSettings | undefined {
  const entries = entriesOf(value)
  if (entries === undefined) return undefined
  const given = new Map(entries)
  const pick = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => given.get(key)).find((found) => typeof found === 'string')
  const scopes =
    texts(given.get('scopes')) ??
    pick('scopes', 'scope')
      ?.split(/[\s,]+/)
      .filter(Boolean)
  const port = given.get('redirectPort') ?? given.get('callbackPort')
  const options = textMap(given.get('options'))
  const settings: Record<string, unknown> = {
    clientId: pick('clientId', 'CLIENT_ID'),
    clientSecret: pick('clientSecret', 'CLIENT_SECRET'),
    clientMetadataUrl: pick('clientMetadataUrl'),
    issuer: pick('issuer'),
    method: pick('method'),
    scopes,
    redirectPort:
      typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined,
    options,
  }
  // Each field was read as what its type says.
  return Object.fromEntries(Object.entries(settings).filter(([, one]) => one !== undefined)) as OAuthSettings
}

function text(what: string, take: (value: string, fields: ServerFields) => unknown): ReadField {
  return (value, fields) => {
    if (typeof value !== 'string' || value.trim() === '' || value.includes('\0')) return `${what}, as a text`
    take(value, fields)
    return undefined
  }
}

function list(take: (value: readonly string[], fields: ServerFields) => unknown): ReadField {
  return (value, fields) => {
    const read = texts(value)
    if (read === undefined) return 'a list of texts'
    take(read, fields)
    return undefined
  }
}

function map(take: (value: Readonly<Record<string, string>>, fields: ServerFields) => unknown): ReadField {
  return (value, fields) => {
    const read = textMap(value)
    if (read === undefined) return 'an object of texts'
    take(read, fields)
    return undefined
  }
}

function flag(take: (value: boolean, fields: ServerFields) => unknown): ReadField {
  return (value, fields) => {
    if (typeof value !== 'boolean') return 'true or false'
    take(value, fields)
    return undefined
  }
}

function duration(scale: number, unit: string, timeouts: (time: number) => ServerTimeouts): ReadField {
  return (value, fields) => {
    if (!isDuration(value)) return `${unit} above 0`
    fields.timeouts = { ...fields.timeouts, ...timeouts(value * scale) }
    return undefined
  }
}

function isTimeout([key, time]: readonly [string, unknown]): boolean {
  return ['start', 'call', 'longest', 'idle'].includes(key) && isDuration(time)
}

function isList([key, names]: readonly [string, unknown]): boolean {
  return (key === 'allow' || key === 'deny') && texts(names) !== undefined
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 86_400_000
}

function isFlag(value: unknown): value is boolean | undefined {
  return value === undefined || typeof value === 'boolean'
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && !one.includes('\0'))
    ? value
    : undefined
}

/** Numbers and flags are texts to a program too, and are often written plainly. */
function textMap(value: unknown): Readonly<Record<string, string>> | undefined {
  const entries = entriesOf(value)
  if (entries === undefined) return undefined
  const plain = entries.every(([, one]) => ['string', 'number', 'boolean'].includes(typeof one))
  return plain ? Object.fromEntries(entries.map(([key, one]) => [key, String(one)])) : undefined
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : undefined
}
