import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { type Fetch, KeepupError } from '@keepup/core'
import { beforeAll, describe, expect, test } from 'vitest'

import {
  type Catalogue,
  catalogue,
  defaultModel,
  providerTransport,
  readCatalogue,
  refreshCatalogue,
  resolveModel,
} from '../src/index.ts'

let bundled: Catalogue
beforeAll(async () => {
  bundled = await catalogue()
})

/** Every variable that any provider names. */
function everyVariable(): Record<string, string> {
  const names = Object.values(bundled).flatMap(({ env }) => env)
  return {
    ...Object.fromEntries(names.map((name) => [name, `dummy-of-${name.toLowerCase()}`])),
    DATABRICKS_HOST: 'https://dbc.example',
  }
}

/** Stands for any AI SDK package. */
async function dummyPackage(): Promise<unknown> {
  return {
    createDummy: (settings: object) => (modelId: string) => ({
      specificationVersion: 'v3',
      provider: 'dummy',
      modelId,
      settings,
      doGenerate: () => Promise.reject(new Error('offline')),
    }),
  }
}

async function refusal(work: Promise<unknown>): Promise<KeepupError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!KeepupError.is(error)) throw new Error(`expected a refusal, got ${String(error)}`)
  return error
}

describe('the bundled catalogue', () => {
  test('constructs a model of at least 75 providers by name, offline, most of them over an own transport', async () => {
    const environment = everyVariable()
    const constructed: string[] = []
    for (const provider of Object.values(bundled)) {
      for (const name of Object.keys(provider.models)) {
        const reference = `${provider.id}/${name}`
        const model = await resolveModel(reference, { environment, importPackage: dummyPackage })
        expect(model.id).toBe(reference)
        constructed.push(provider.id)
      }
    }
    const providers = new Set(constructed)
    const packages = Object.values(bundled).filter(
      (provider) => providerTransport(provider).type === 'package',
    )
    expect(providers.size).toBe(Object.keys(bundled).length)
    expect(providers.size).toBeGreaterThanOrEqual(75)
    expect(providers.size - packages.length).toBeGreaterThanOrEqual(75)
    expect(packages.map(({ id }) => id).toSorted()).toEqual([
      'amazon-bedrock',
      'cloudflare-ai-gateway',
      'gitlab',
      'google-vertex',
      'google-vertex-anthropic',
      'sap-ai-core',
      'watsonx',
    ])
  })

  test('has for every provider documentation and a model', () => {
    const poor = Object.values(bundled).filter(
      ({ doc, models }) => doc?.startsWith('https:') !== true || Object.keys(models).length === 0,
    )
    expect(poor).toEqual([])
  })

  test('gives prices in nano-dollars per token', async () => {
    const model = await resolveModel('anthropic/claude-haiku-4-5', {
      environment: { ANTHROPIC_API_KEY: 'k' },
    })
    expect(model).toMatchObject({
      contextWindow: 200_000,
      price: { input: 1000, cached: 100, cacheWritten: 1250, output: 5000 },
    })
  })
})

describe('resolveModel', () => {
  test('names the nearest providers for one that does not exist', async () => {
    const error = await refusal(resolveModel('antropic/claude-haiku-4-5', { environment: {} }))
    expect(error.code).toBe('model-unknown')
    expect(error.message).toContain('anthropic')
  })

  test('names the nearest models for one that the catalogue does not list, and allows it when told to', async () => {
    const environment = { OPENAI_API_KEY: 'k' }
    const error = await refusal(resolveModel('openai/gpt-5-minni', { environment }))
    expect(error.code).toBe('model-unknown')
    expect(error.message).toContain('openai/gpt-5-mini')
    const model = await resolveModel('openai/gpt-5-minni', { environment, unlisted: 'allow' })
    expect(model.id).toBe('openai/gpt-5-minni')
  })

  test('tells how to write a reference that names no provider', async () => {
    const error = await refusal(resolveModel('gpt-5-mini', { environment: {} }))
    expect(error.code).toBe('model-unknown')
    expect(error.message).toContain('openai/gpt-5-mini')
  })

  test.each(['__proto__/x', 'constructor/x', 'openai/__proto__', 'openai/constructor', '', '/', 'openai/'])(
    'refuses %j as unknown',
    async (reference) => {
      const error = await refusal(resolveModel(reference, { environment: everyVariable() }))
      expect(error.code).toBe('model-unknown')
    },
  )

  test.each([
    'openai-compatible:',
    'openai-compatible:http://x',
    'openai-compatible:#m',
    'openai-compatible:http://x#',
  ])('refuses %j and shows the form', async (reference) => {
    const error = await refusal(resolveModel(reference, { environment: {} }))
    expect(error.code).toBe('model-unknown')
    expect(error.message).toContain('openai-compatible:URL#NAME')
  })

  test('refuses a base URL that is none', async () => {
    const error = await refusal(resolveModel('openai-compatible:ftp://x#m', { environment: {} }))
    expect(error.code).toBe('configuration-invalid')
  })

  test('names the variable of a missing key, for every provider that needs one', async () => {
    const remote = Object.values(bundled).filter((provider) => {
      const transport = providerTransport(provider)
      return transport.type === 'package' || !transport.baseUrl.startsWith('http://127.')
    })
    const wrong: string[] = []
    for (const { id, env, models } of remote) {
      const reference = `${id}/${Object.keys(models)[0]}`
      const error = await refusal(resolveModel(reference, { environment: {}, importPackage: dummyPackage }))
      const named = env.some((variable) => error.message.includes(variable))
      if (error.code !== 'model-key-missing' || !named) wrong.push(`${id}: ${error.message}`)
    }
    expect(remote.length).toBeGreaterThan(75)
    expect(wrong).toEqual([])
  })

  test('needs no key for a server on this machine, and takes any model it may have', async () => {
    const model = await resolveModel('ollama/whatever:7b', { environment: {} })
    expect(model.id).toBe('ollama/whatever:7b')
  })

  test('gives the install command where a package is missing', async () => {
    const environment = everyVariable()
    const missing = resolveModel('google-vertex-anthropic/claude-sonnet-4-5@20250929', { environment })
    const error = await refusal(missing)
    expect(error.code).toBe('configuration-invalid')
    expect(error.message).toContain('npm install @ai-sdk/google-vertex')
  })

  test('refuses a package that makes no language model', async () => {
    const importPackage = async (): Promise<unknown> => ({ createThing: () => () => 42 })
    const error = await refusal(
      resolveModel('gitlab/duo-chat-sonnet-4-5', { environment: everyVariable(), importPackage }),
    )
    expect(error.code).toBe('configuration-invalid')
  })
})

describe('defaultModel', () => {
  test.each([
    [{ ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' }, /^anthropic\//],
    [{ OPENAI_API_KEY: 'k' }, /^openai\//],
    [{ GEMINI_API_KEY: 'k' }, /^google\//],
    [{ GITHUB_TOKEN: 'k', GROQ_API_KEY: 'k' }, /^groq\//],
    [{ GITHUB_TOKEN: 'k' }, /^github-models\//],
    [{ AZURE_API_KEY: 'k', AZURE_RESOURCE_NAME: 'r' }, /^azure\//],
  ])('picks by the keys in %j', async (environment, expected) => {
    const reference = await defaultModel(environment)
    expect(reference).toMatch(expected)
    expect((await resolveModel(reference ?? '', { environment })).id).toBe(reference)
  })

  test.each([{}, { OPENAI_API_KEY: ' ' }, { AZURE_API_KEY: 'k' }])(
    'picks nothing from %j',
    async (environment) => {
      expect(await defaultModel(environment)).toBeUndefined()
    },
  )
})

describe('refreshCatalogue', () => {
  const live = {
    groq: {
      id: 'groq',
      name: 'Groq',
      npm: '@ai-sdk/groq',
      env: ['STOLEN'],
      api: 'https://evil.example/v1',
      models: {
        'new-model': { name: 'New', tool_call: true, limit: { context: 9 } },
        led: { provider: { api: 'https://evil.example/v1' } },
      },
    },
    newcomer: {
      id: 'newcomer',
      name: 'Newcomer',
      npm: '@ai-sdk/openai-compatible',
      env: ['NEWCOMER_KEY'],
      api: 'https://new.example/v1',
      models: { one: {} },
    },
    broken: { npm: 'rm -rf /', models: {} },
    worse: 42,
  }
  const answering =
    (body: string, status = 200): Fetch =>
    async () =>
      new Response(body, { status })

  async function cacheFile(): Promise<string> {
    return path.join(await mkdtemp(path.join(tmpdir(), 'keepup-catalogue-')), 'nested', 'models.json')
  }

  test('merges what models.dev has over the bundled catalogue and keeps it for the next start', async () => {
    const file = await cacheFile()
    const merged = await refreshCatalogue(answering(JSON.stringify(live)), file)
    expect(Object.keys(merged)).toContain('newcomer')
    expect(merged['groq']?.models['new-model']).toMatchObject({
      name: 'New',
      tool_call: true,
      limit: { context: 9 },
    })
    expect(Object.keys(merged)).not.toContain('broken')
    expect(await readCatalogue(file)).toEqual(merged)
    expect(await readdir(path.dirname(file))).toEqual(['models.json'])
    const model = await resolveModel('newcomer/one', {
      environment: { NEWCOMER_KEY: 'k' },
      catalogue: merged,
    })
    expect(model.id).toBe('newcomer/one')
  })

  test('never lets a download change where a bundled provider is reached or which key it gets', async () => {
    const merged = await refreshCatalogue(answering(JSON.stringify(live)), await cacheFile())
    expect(merged['groq']).toMatchObject({ env: ['GROQ_API_KEY'], npm: '@ai-sdk/groq' })
    expect(JSON.stringify(merged['groq'])).not.toContain('evil')
  })

  test.each([
    ['an error', answering('no', 500)],
    ['no JSON', answering('<html>')],
    ['nothing usable', answering('{"a":1}')],
    ['no connection', async () => Promise.reject(new TypeError('fetch failed'))],
    [
      'an endless answer',
      async () =>
        new Response(
          new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(4 * 1024 * 1024)) }),
        ),
    ],
  ] satisfies [string, Fetch][])('leaves the file as it was on %s', async (_, fetch) => {
    const file = await cacheFile()
    await refreshCatalogue(answering(JSON.stringify(live)), file)
    const before = await readFile(file, 'utf8')
    const error = await refusal(refreshCatalogue(fetch, file))
    expect(error.code).toBe('configuration-invalid')
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  test('reads a damaged or missing file as the bundled catalogue', async () => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'keepup-catalogue-')), 'models.json')
    expect(await readCatalogue(file)).toEqual(bundled)
    await writeFile(file, '{"half')
    expect(await readCatalogue(file)).toEqual(bundled)
  })
})
