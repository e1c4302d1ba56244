import { type ConfigurationProblem, within } from './problem.ts'
import { readJsonFile } from './read-json-file.ts'
import { type ConfigurationProgram, configurationPrograms } from './written-server.ts'

/** What a person's own file says besides its servers. */
export interface OwnSettings {
  /** Whose other configurations are read, in the order of the programs. */
  readonly include: readonly ConfigurationProgram[]
  /** Servers that are switched off, wherever they are configured. */
  readonly disabled: ReadonlySet<string>
  /** How many tokens of a prompt the definitions of tools may take. */
  readonly budget?: number
  readonly problems: readonly ConfigurationProblem[]
}

type Read = Omit<OwnSettings, 'problems'>

/** Reads the settings of a person's own file; those of `before` where it is no JSON now. What is wrong with one of them leaves it out. */
export function readOwnSettings(file: string, before?: OwnSettings): OwnSettings {
  const none: OwnSettings = { include: [], disabled: new Set(), problems: [] }
  const json = readJsonFile(file)
  // That the file cannot be read is told where its servers are read.
  if (json.type === 'unreadable') return before ?? none
  const problems: ConfigurationProblem[] = []
  let settings: Read = none
  for (const [key, given] of json.type === 'read' ? entriesOf(json.value) : []) {
    if (readElsewhere.has(key)) continue
    const read = Object.hasOwn(readers, key) ? readers[key]?.(given) : undefined
    if (read !== undefined) settings = { ...settings, ...read }
    else problems.push(unread(file, key))
  }
  return { ...settings, problems }
}

const readElsewhere = new Set(['$schema', 'servers', 'mcpServers'])

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** `undefined` where it is something else. */
const readers: Readonly<Record<string, (given: unknown) => Partial<Read> | undefined>> = {
  include(given) {
    const names = textsOf(given)
    const known = configurationPrograms.filter((program) => names?.includes(program))
    return names !== undefined && known.length === new Set(names).size ? { include: known } : undefined
  },
  disabled(given) {
    const names = textsOf(given)
    return names === undefined ? undefined : { disabled: new Set(names) }
  },
  budget: (given) =>
    typeof given === 'number' && Number.isInteger(given) && given >= 0 ? { budget: given } : undefined,
}

function unread(file: string, key: string): ConfigurationProblem {
  const programs = configurationPrograms.slice(1).join(', ')
  const fix = `Write servers, include (some of ${programs}), disabled (names of servers) or budget (tokens)`
  return { severity: 'warning', file, pointer: within('', key), message: 'it is not read', fix }
}

function textsOf(given: unknown): readonly string[] | undefined {
  return Array.isArray(given) && given.every((one) => typeof one === 'string') ? given : undefined
}
