import { get } from 'node:http'
import { json } from 'node:stream/consumers'

import type { Environment } from '../host.ts'

/** A model server that people run on their own machine. */
export interface LocalServer {
  readonly name: string
  readonly url: string
}

/** Where such servers listen by default; `OLLAMA_HOST` moves the first, as it does for Ollama. */
export function localServers(environment: Environment): readonly LocalServer[] {
  return [
    { name: 'Ollama', url: `${ollamaHost(environment['OLLAMA_HOST'])}/v1` },
    { name: 'llama.cpp', url: 'http://127.0.0.1:8080/v1' },
    { name: 'LM Studio', url: 'http://127.0.0.1:1234/v1' },
  ]
}

/** A reference to the first model of the first server that answers on this machine within a third of a second. */
export async function findLocalModel(
  environment: Environment,
  servers: readonly LocalServer[] = localServers(environment),
): Promise<string | undefined> {
  const found = await Promise.all(servers.map(listModels))
  const index = found.findIndex((models) => models.length > 0)
  const [model] = found[index] ?? []
  return model === undefined ? undefined : `openai-compatible:${servers[index]?.url}#${model}`
}

/** The models that a server offers; none where it does not answer like one. Never rejects. */
export async function listModels(server: LocalServer): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const request = get(`${server.url}/models`, { timeout: 300 }, (response) => {
      json(response)
        .then((body) => resolve(modelNames(body)))
        .catch(() => resolve([]))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve([]))
  })
}

function modelNames(body: unknown): readonly string[] {
  if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data)) return []
  return body.data.flatMap((item: unknown) =>
    typeof item === 'object' &&
    item !== null &&
    'id' in item &&
    typeof item.id === 'string' &&
    usable(item.id)
      ? [item.id]
      : [],
  )
}

/** Models that make embeddings answer no prompts. */
function usable(name: string): boolean {
  return !/embed|rerank/i.test(name)
}

function ollamaHost(value: string | undefined): string {
  const [, host = '127.0.0.1', port = '11434'] =
    /^(?:https?:\/\/)?(127\.0\.0\.1|localhost)?(?::(\d+))?\/?$/.exec(value ?? '') ?? []
  return `http://${host}:${port}`
}
