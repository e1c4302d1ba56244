import { validScopes } from './valid-scopes.ts'

/** One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1): its scheme and its parameters by their names, both in lower case. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const token = String.raw`[!#$%&'*+\-.^_\`|~\dA-Za-z]+`
const quoted = String.raw`"((?:[^"\\]|\\.)*)"`
/** A parameter, or the scheme of the next challenge, or what some schemes have in place of parameters. */
const part = new RegExp(
  String.raw`[\s,]*(?:(${token})\s*=\s*(?:${quoted}|(${token}))(?=\s*(?:,|$))|(${token})(?=[\s,]|$)|([^\s,]+))`,
  'y',
)

/** @limit In characters: the longest header that is read; what comes after it is left out. */
const longestHeader = 16 * 1024

/** The challenges of a `WWW-Authenticate` header, of every scheme, in their order. What is malformed is left out. */
export function readChallenges(header: string | null): readonly Challenge[] {
  const text = (header ?? '').slice(0, longestHeader)
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = []
  part.lastIndex = 0
  for (let found = part.exec(text); found !== null; found = part.exec(text)) {
    const [, name, inQuotes, plain, scheme] = found
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() })
    if (name === undefined) continue
    const { parameters } = challenges.at(-1) ?? { parameters: new Map<string, string>() }
    // The first of two counts, so that nobody overrides one by appending.
    const value = inQuotes?.replaceAll(/\\(.)/g, '$1') ?? plain ?? ''
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value)
  }
  return challenges
}

/** What an MCP server asks for (RFC 6750, RFC 9449, RFC 9728). */
export interface Demand {
  readonly error?: string
  readonly scopes: readonly string[]
  readonly resourceMetadata?: string
}

/** The demand of the first Bearer or DPoP challenge; empty where there is none. */
export function readDemand(header: string | null): Demand {
  const ours = readChallenges(header).filter(({ scheme }) => scheme === 'bearer' || scheme === 'dpop')
  const find = (name: string): string | undefined =>
    ours.map(({ parameters }) => parameters.get(name)).find((value) => value !== undefined)
  const error = find('error')
  const resourceMetadata = find('resource_metadata')
  return {
    ...(error !== undefined && { error }),
    ...(resourceMetadata !== undefined && { resourceMetadata }),
    scopes: readScopes(find('scope')),
  }
}

/** Scopes as RFC 6749 writes them: separated by spaces, each once; without what is none. */
export function readScopes(text: string | undefined): readonly string[] {
  return validScopes((text ?? '').split(' '))
}
