import { realpathSync } from 'node:fs'

import type { Hash } from '@keepup/core'

import type { ServerDefinition } from '../server-definition.ts'
import { configurationPlaces, ownFile, type PlaceOptions } from './configuration-places.ts'
import type { ReadSecret } from './expand-text.ts'
import { movingPackage } from './moving-package.ts'
import { type ConfigurationProblem, within } from './problem.ts'
import { readJsonFile } from './read-json-file.ts'
import { type OwnSettings, readOwnSettings } from './read-own-settings.ts'
import { readServers } from './read-servers.ts'
import { resolveServer } from './resolve-server.ts'
import { serverDigest } from './server-approvals.ts'
import type { ConfigurationPlace, WrittenServer } from './written-server.ts'

/** Where servers are configured, and what fills in their variables. */
export interface ConfigurationOptions extends Omit<PlaceOptions, 'include'> {
  /** For `${keychain:NAME}`; none is known when left out. */
  readonly secret?: ReadSecret
}

/** One configured server. */
export interface ConfiguredServer {
  readonly written: WrittenServer
  /** None where something is missing: `problems` say what. */
  readonly definition?: ServerDefinition
  /** What a person allows of it; only for one that came with a project. */
  readonly digest?: Hash
}

/** All that is configured for a folder. */
export interface McpConfiguration {
  /** Each name once, those that count most first. */
  readonly servers: readonly ConfiguredServer[]
  readonly problems: readonly ConfigurationProblem[]
  /** Every file that was looked for, also those that are not there. */
  readonly files: readonly string[]
  /** How many tokens of a prompt the definitions of tools may take, where a person said so. */
  readonly budget?: number
}

/** What was read of each file the last time it could be. */
export interface LastGood {
  readonly servers: Map<string, readonly WrittenServer[]>
  own?: OwnSettings
}

/**
 * Reads every configuration for a folder. Never fails: what is wrong is a problem, and leaves out that server alone, or that file. With `lastGood`, a file that
 * is there but is no JSON, because it is half written, keeps the servers that it had.
 */
export async function loadConfiguration(
  options: ConfigurationOptions,
  lastGood: LastGood = { servers: new Map() },
): Promise<McpConfiguration> {
  const own = readOwnSettings(ownFile(options), lastGood.own)
  lastGood.own = own
  const folder = realFolder(options.folder)
  const places = configurationPlaces({ ...options, folder, include: own.include })
  const problems = [...own.problems]
  const written = places.flatMap((place) => {
    const read = readPlace(place, lastGood)
    problems.push(...read.problems)
    return read.servers
  })
  const chosen = choose(written, problems)
  const servers = await Promise.all(
    chosen.map(async (server): Promise<ConfiguredServer> => {
      const enabled = server.enabled && !own.disabled.has(server.name)
      const resolved = await resolveServer({ ...server, enabled }, { ...options, folder })
      // One that is switched off may miss what it likes.
      if (enabled) problems.push(...resolved.problems, ...movingProblems(server))
      const { definition } = resolved
      if (definition === undefined) return { written: { ...server, enabled } }
      const fromProject = server.place.scope === 'project'
      const digest = fromProject ? { digest: serverDigest(server, definition, folder) } : {}
      return { written: { ...server, enabled }, definition, ...digest }
    }),
  )
  return {
    servers,
    problems,
    files: [...new Set(places.map(({ file }) => file))],
    ...(own.budget === undefined ? {} : { budget: own.budget }),
  }
}

function movingProblems({ name, place, pointer, transport }: WrittenServer): readonly ConfigurationProblem[] {
  const moving = movingPackage(transport)
  if (moving === undefined) return []
  return [
    {
      severity: 'warning',
      file: place.file,
      server: name,
      pointer: within(pointer, 'args'),
      message: `it runs ${JSON.stringify(moving)} in whatever version is published when it is started`,
      fix: 'Write an exact version behind its name, for an image its digest',
    },
  ]
}

function readPlace(place: ConfigurationPlace, lastGood: LastGood) {
  const key = `${place.scope} ${place.file}`
  const file = readJsonFile(place.file)
  if (file.type === 'unreadable')
    return { servers: lastGood.servers.get(key) ?? [], problems: [file.problem] }
  const read = file.type === 'absent' ? { servers: [], problems: [] } : readServers(file.value, place)
  lastGood.servers.set(key, read.servers)
  return read
}

/** The first of each name counts; another one that is not the same is told of. */
function choose(
  written: readonly WrittenServer[],
  problems: ConfigurationProblem[],
): readonly WrittenServer[] {
  const chosen = new Map<string, WrittenServer>()
  for (const server of written) {
    const first = chosen.get(server.name)
    if (first === undefined) chosen.set(server.name, server)
    else if (JSON.stringify(first.transport) !== JSON.stringify(server.transport)) {
      problems.push({
        severity: 'warning',
        file: server.place.file,
        server: server.name,
        pointer: server.pointer,
        message: `${first.place.file} has another server of this name, which counts`,
        fix: 'Rename one of them',
      })
    }
  }
  return [...chosen.values()]
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}
