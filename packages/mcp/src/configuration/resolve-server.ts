import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, resolve } from 'node:path'

import type { OAuthSettings, ServerDefinition, ServerTransport } from '../server-definition.ts'
import { expandText, type ReadSecret, type Variables } from './expand-text.ts'
import { type ConfigurationProblem, within } from './problem.ts'
import type { WrittenServer, WrittenTransport } from './written-server.ts'

/** What a server's variables are filled in from. */
export interface ResolveOptions {
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly secret?: ReadSecret | undefined
}

/** A server as the hub takes it, or why it cannot be had. */
export interface ResolvedServer {
  readonly definition?: ServerDefinition
  readonly problems: readonly ConfigurationProblem[]
}

/** Where a server's program starts: a project's, or a person's own, in the folder of the agent. */
type Places = ResolveOptions & { readonly home: string }

/**
 * Fills in the variables of a server. Each that is missing is a problem that names file, server, field and fix, and the server is left out then: it is never
 * started with an empty value in its place. A secret may stand in `env`, `headers` and `oauth` alone, for everybody on the machine may read a program's arguments.
 */
export async function resolveServer(server: WrittenServer, options: ResolveOptions): Promise<ResolvedServer> {
  const problems: ConfigurationProblem[] = []
  const home = options.environment['HOME'] || homedir()
  const fill = filler(server, { ...options, home }, problems)
  const transport = await transportOf(server.transport, fill, { ...options, home })
  const oauth = server.oauth === undefined ? undefined : await fillOAuth(server.oauth, fill)
  if (transport.type !== 'stdio') checkUrl(transport.url, server, problems)
  if (problems.length > 0) return { problems }
  const { name, enabled, timeouts, tools, trust, place } = server
  return {
    problems,
    definition: {
      name,
      transport,
      enabled,
      source: { scope: place.scope, file: place.file },
      ...(timeouts === undefined ? {} : { timeouts }),
      ...(tools === undefined ? {} : { tools }),
      ...(trust === undefined ? {} : { trust }),
      ...(oauth === undefined ? {} : { oauth }),
    },
  }
}

/** Fills in one text of a field; what is missing is noted, and nothing is given. */
type Fill = (text: string, field: string, key?: string | number) => Promise<string>

function filler(server: WrittenServer, places: Places, problems: ConfigurationProblem[]): Fill {
  const { place, name, pointer, inputs } = server
  const variables: Variables = {
    ...places,
    inputs,
    program: place.program,
    readFile: (path) => readSmall(path),
  }
  return async (text, field, key) => {
    const at = within(pointer, field)
    const problem = (message: string, fix: string): string => {
      const exactly = key === undefined ? at : within(at, key)
      problems.push({ severity: 'error', file: place.file, server: name, pointer: exactly, message, fix })
      return ''
    }
    const secret = /\{(?:keychain|input):/.test(text)
    if (secret && !['env', 'headers', 'oauth'].includes(field)) {
      return problem('a secret would be seen by everybody on this machine', 'Hand it over in env or headers')
    }
    const expanded = await expandText(text, variables)
    return 'text' in expanded ? expanded.text : problem(expanded.missing, expanded.fix)
  }
}

async function transportOf(written: WrittenTransport, fill: Fill, places: Places): Promise<ServerTransport> {
  if (written.type !== 'stdio') {
    const { type, url, headers } = written
    return { type, url: await fill(url, 'url'), headers: await fillMap(headers, 'headers', fill) }
  }
  const { command, args, env, cwd, envFile } = written
  const own = await fillMap(env, 'env', fill)
  const more = envFile === undefined ? {} : await readEnvFile(envFile, fill, places)
  const folder = cwd === undefined ? undefined : inFolder(await fill(cwd, 'cwd'), places)
  return {
    type: 'stdio',
    command: atHome(await fill(command, 'command'), places),
    args: await Promise.all(args.map((arg, index) => fill(arg, 'args', index))),
    env: { ...more, ...own },
    ...(folder === undefined ? {} : { cwd: folder }),
  }
}

async function fillMap(
  map: Readonly<Record<string, string>>,
  field: string,
  fill: Fill,
): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(map)
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, text]) => [key, await fill(text, field, key)] as const)),
  )
}

async function fillOAuth(oauth: OAuthSettings, fill: Fill): Promise<OAuthSettings> {
  const { clientId, clientSecret, options } = oauth
  return {
    ...oauth,
    ...(clientId === undefined ? {} : { clientId: await fill(clientId, 'oauth', 'clientId') }),
    ...(clientSecret === undefined
      ? {}
      : { clientSecret: await fill(clientSecret, 'oauth', 'clientSecret') }),
    ...(options === undefined ? {} : { options: await fillMap(options, 'oauth', fill) }),
  }
}

/** Lines of `NAME=value`; quotes around a value are taken off, and `#` begins a comment. */
async function readEnvFile(
  written: string,
  fill: Fill,
  places: Places,
): Promise<Readonly<Record<string, string>>> {
  const path = inFolder(await fill(written, 'envFile'), places)
  let text: string
  try {
    text = readSmall(path)
  } catch {
    // The variable that cannot be is the file itself: told as one.
    return { envFile: await fill(`\${file:${path}}`, 'envFile') }
  }
  const entries = text.split(/\r?\n/).flatMap((line) => {
    const [, name, value = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    const [, quoted = value.replace(/\s+#.*$/, '')] = /^(?:"(.*)"|'.*')$/.exec(value) ?? []
    const plain = value.startsWith("'") && value.endsWith("'") ? value.slice(1, -1) : quoted
    return name === undefined ? [] : [[name, plain] as const]
  })
  return Object.fromEntries(entries)
}

function inFolder(path: string, { folder, home }: Places): string {
  const whole = path === '~' || path.startsWith('~/') ? `${home}${path.slice(1)}` : path
  return isAbsolute(whole) ? whole : resolve(folder, whole)
}

/** A program is looked for by the hub, as a shell would; only `~/` is for here. */
function atHome(command: string, { home }: Places): string {
  return command.startsWith('~/') ? `${home}${command.slice(1)}` : command
}

function readSmall(path: string): string {
  const stat = statSync(path)
  if (!stat.isFile() || stat.size > 1_000_000) throw new Error(`${dirname(path)} has no such small file`)
  return readFileSync(path, 'utf8')
}

function checkUrl(
  url: string,
  { place, name, pointer }: WrittenServer,
  problems: ConfigurationProblem[],
): void {
  // What could not be filled in was told already.
  if (problems.length > 0) return
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const good =
    parsed !== undefined &&
    /^https?:$/.test(parsed.protocol) &&
    parsed.username === '' &&
    parsed.password === ''
  if (good) return
  problems.push({
    severity: 'error',
    file: place.file,
    server: name,
    pointer: within(pointer, 'url'),
    message: 'it is no URL of http or https, or it holds a user or a password',
    fix: 'Write https://HOST/PATH, and secrets in headers',
  })
}
