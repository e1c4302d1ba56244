import type { Milliseconds } from '@keepup/core'

import { fieldOf, listOf, textOf } from '../transport/json-field.ts'
import { webModule } from '../transport/web-module.ts'

/** A model that a server on this machine offers. */
export interface LocalModel {
  /** For `resolveModel`. */
  readonly reference: string
  /** The server: a provider of the catalogue. */
  readonly provider: string
  readonly name: string
  readonly baseUrl: string
}

/** Options of `discoverLocalModels`. */
export interface DiscoverOptions {
  /** How long each server may take; 500 ms unless given. */
  readonly timeout?: Milliseconds
  /** Base URLs by provider; Ollama, llama.cpp and LM Studio at their usual ports unless given. */
  readonly servers?: Readonly<Record<string, string>>
}

const usual: Readonly<Record<string, string>> = {
  ollama: 'http://127.0.0.1:11434/v1',
  llamacpp: 'http://127.0.0.1:8080/v1',
  lmstudio: 'http://127.0.0.1:1234/v1',
}

/** Asks the usual servers on this machine, all at once, which models they have. One that does not answer has none; never fails. */
export async function discoverLocalModels({ timeout = 500, servers = usual }: DiscoverOptions = {}): Promise<
  readonly LocalModel[]
> {
  const found = await Promise.all(
    Object.entries(servers).map(([provider, baseUrl]) => modelsAt(provider, baseUrl, timeout)),
  )
  return found.flat()
}

async function modelsAt(
  provider: string,
  baseUrl: string,
  timeout: Milliseconds,
): Promise<readonly LocalModel[]> {
  const list = await fetchJson(`${baseUrl}/models`, timeout).catch(() => undefined)
  const names = listOf(fieldOf(list, 'data')).map((model) => textOf(fieldOf(model, 'id')))
  return names
    .filter((name) => name !== undefined)
    .map((name) => ({
      reference: servesAtUsualPlace(provider, baseUrl)
        ? `${provider}/${name}`
        : `openai-compatible:${baseUrl}#${name}`,
      provider,
      name,
      baseUrl,
    }))
}

function servesAtUsualPlace(provider: string, baseUrl: string): boolean {
  return usual[provider] === baseUrl
}

/** Lists are short: 1 MiB is plenty. */
const largest = 1024 * 1024

function fetchJson(url: string, timeout: Milliseconds): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout)
    const request = webModule('http:').request(new URL(url), { agent: false, signal })
    request.on('error', reject)
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
        if (text.length > largest) request.destroy(new Error('The list is too large'))
      })
      response.on('error', reject)
      response.on('end', () => {
        try {
          resolve(JSON.parse(text))
        } catch (error) {
          reject(error instanceof Error ? error : new Error('The list is no JSON'))
        }
      })
    })
    request.end()
  })
}
