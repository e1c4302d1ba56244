import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { type Fetch, KeepupError } from '@keepup/core'

import { type Catalogue, catalogue, type CatalogueProvider } from './catalogue.ts'
import { parseProviders } from './parse-providers.ts'

/** Where models.dev publishes its database. */
const source = 'https://models.dev/api.json'
/** In bytes; the database had about a quarter of it at the time of writing. */
const largest = 32 * 1024 * 1024

/**
 * Fetches the database of models.dev, keeps it in `cacheFile` (replaced as a whole or not at all), and gives it merged over the bundled catalogue.
 * Only models and new providers are taken from it: where a bundled provider is reached, and with which variable's key, never changes by a download.
 * Fails `configuration-invalid` when what came is no such database, is larger than 32 MiB, or did not come within a minute; the file then stays as it was.
 */
export async function refreshCatalogue(fetch: Fetch, cacheFile: string): Promise<Catalogue> {
  const live = parseProviders(await download(fetch))
  if (Object.keys(live).length === 0) throw refused('it holds no provider')
  await replaceFile(cacheFile, JSON.stringify(live))
  return merged(await catalogue(), live)
}

/** The bundled catalogue with what `cacheFile` holds merged over it; the bundled one alone where there is no readable file. */
export async function readCatalogue(cacheFile: string): Promise<Catalogue> {
  const bundled = await catalogue()
  try {
    return merged(bundled, parseProviders(JSON.parse(await readFile(cacheFile, 'utf8'))))
  } catch {
    return bundled
  }
}

function merged(bundled: Catalogue, live: Catalogue): Catalogue {
  const known = Object.values(bundled).map((provider): [string, CatalogueProvider] => {
    const models = { ...provider.models, ...live[provider.id]?.models }
    return [provider.id, { ...provider, models: samePlace(models, provider, live[provider.id]) }]
  })
  return { ...live, ...Object.fromEntries(known) }
}

/** A downloaded model must not lead a bundled provider's key elsewhere either. */
function samePlace(
  models: CatalogueProvider['models'],
  provider: CatalogueProvider,
  live: CatalogueProvider | undefined,
): CatalogueProvider['models'] {
  if (live === undefined) return models
  return Object.fromEntries(
    Object.entries(models).map(([id, model]) => {
      const api = model.provider?.api
      if (api === undefined || originOf(api) === originOf(provider.api)) return [id, model]
      const { provider: _, ...rest } = model
      return [id, rest]
    }),
  )
}

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined
}

async function download(fetch: Fetch): Promise<unknown> {
  try {
    const response = await fetch(source, { signal: AbortSignal.timeout(60_000) })
    if (!response.ok) throw refused(`the server answered ${response.status}`)
    return JSON.parse(await boundedText(response))
  } catch (error) {
    throw KeepupError.is(error) ? error : refused('it could not be fetched as JSON', error)
  }
}

async function boundedText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response.body ?? []) {
    size += piece.length
    if (size > largest) throw refused(`it is larger than ${largest} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

async function replaceFile(file: string, text: string): Promise<void> {
  const next = `${file}.${randomUUID()}`
  await mkdir(path.dirname(file), { recursive: true })
  try {
    await writeFile(next, text, { flush: true })
    await rename(next, file)
  } catch (error) {
    await rm(next, { force: true })
    throw error
  }
}

function refused(why: string, cause?: unknown): KeepupError {
  return new KeepupError(
    'configuration-invalid',
    `The catalogue of ${source} was not taken: ${why}. The one at hand stays in use.`,
    { cause },
  )
}
