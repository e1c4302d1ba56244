import { KeepupError, type Model } from '@keepup/core'

import type { Catalogue, CatalogueModel, CatalogueProvider } from '../catalogue/catalogue.ts'
import type { TransportOptions } from '../transport/endpoint.ts'
import type { FileSource } from '../transport/file-bytes.ts'
import { type Environment, filledUrl, providerKey } from './environment.ts'
import { nearestNames } from './nearest-names.ts'
import type { ImportPackage } from './package-model.ts'
import { priceOf } from './price-of.ts'
import { type OwnTransport, providerTransport, type ProviderTransport } from './provider-transport.ts'

/** What a resolution may use. */
export interface ResolveOptions {
  /** Where keys come from; nothing else is read. */
  readonly environment: Environment
  /** The bundled one unless given. */
  readonly catalogue?: Catalogue
  /** What happens to a model that the catalogue does not list: `refuse` unless given. Servers on this machine have what they have: theirs are always allowed. */
  readonly unlisted?: 'refuse' | 'allow'
  /** How AI SDK packages are loaded; `import` from where keepup lies unless given. */
  readonly importPackage?: ImportPackage
  /** Where files that messages name by hash are read from. */
  readonly artifacts?: FileSource
}

/**
 * Makes the model that `reference` names: `provider/name` (a name may hold slashes and colons), or `openai-compatible:URL#NAME` for any server.
 * Connects to nothing. Fails `model-unknown` with the nearest names, `model-key-missing` naming the variable, `configuration-invalid` where a
 * package must be installed first.
 */
export async function resolveModel(reference: string, options: ResolveOptions): Promise<Model> {
  if (reference.startsWith('openai-compatible:')) return openaiCompatibleAt(reference, options)
  const slash = reference.indexOf('/')
  const providerId = slash < 0 ? reference : reference.slice(0, slash)
  const name = slash < 0 ? '' : reference.slice(slash + 1)
  const providers = options.catalogue ?? (await (await import('../catalogue/catalogue.ts')).catalogue())
  const provider = Object.hasOwn(providers, providerId) ? providers[providerId] : undefined
  if (provider === undefined || name === '') throw unknownModel(reference, providerId, name, providers)
  const listed = Object.hasOwn(provider.models, name) ? provider.models[name] : undefined
  const transport = atHost(providerTransport(provider, listed), provider, options.environment)
  if (listed === undefined && !mayBeUnlisted(transport, options)) throw unknownName(reference, provider, name)
  return construct({ reference, provider, name, listed, transport, options })
}

async function openaiCompatibleAt(
  reference: string,
  { environment, artifacts }: ResolveOptions,
): Promise<Model> {
  const rest = reference.slice('openai-compatible:'.length)
  const hash = rest.indexOf('#')
  if (hash < 1 || hash === rest.length - 1) {
    throw new KeepupError(
      'model-unknown',
      `${JSON.stringify(reference)} does not name a server and a model. Write openai-compatible:URL#NAME, such as openai-compatible:http://127.0.0.1:8080/v1#qwen3.`,
    )
  }
  const { openaiCompatible } = await import('../openai-compatible/openai-compatible.ts')
  return openaiCompatible({
    baseUrl: rest.slice(0, hash),
    model: rest.slice(hash + 1),
    apiKey: environment['OPENAI_COMPATIBLE_API_KEY'],
    keyVariable: 'OPENAI_COMPATIBLE_API_KEY',
    artifacts,
  })
}

interface Found {
  readonly reference: string
  readonly provider: CatalogueProvider
  readonly name: string
  readonly listed: CatalogueModel | undefined
  readonly transport: ProviderTransport
  readonly options: ResolveOptions
}

async function construct(found: Found): Promise<Model> {
  const { transport, provider, reference, name, listed, options } = found
  const known = {
    contextWindow: listed?.limit?.context,
    price: priceOf(listed?.cost),
    artifacts: options.artifacts,
  }
  if (transport.type === 'package') {
    const { packageModel } = await import('./package-model.ts')
    const importPackage = options.importPackage ?? ((npm: string): Promise<unknown> => import(npm))
    const { environment } = options
    return packageModel({
      reference,
      provider,
      npm: transport.npm,
      model: name,
      environment,
      importPackage,
      options: { ...known, id: reference, keyVariable: provider.env[0] },
    })
  }
  const key = providerKey(provider, transport.baseUrl, options.environment, reference)
  const baseUrl = filledUrl(transport.baseUrl, options.environment, reference)
  const common = {
    ...known,
    baseUrl,
    model: name,
    provider: provider.id,
    apiKey: key.value,
    keyVariable: key.variable,
  }
  return overTransport(transport, common, listed)
}

type Common = TransportOptions & { readonly baseUrl: string }

/** Loads the one transport that is needed. */
async function overTransport(
  transport: OwnTransport,
  common: Common,
  listed: CatalogueModel | undefined,
): Promise<Model> {
  switch (transport.type) {
    case 'anthropic': {
      const { anthropic } = await import('../anthropic/anthropic.ts')
      return anthropic({ ...common, maxOutput: Math.min(listed?.limit?.output ?? 8192, 32_000) })
    }
    case 'gemini': {
      const { gemini } = await import('../gemini/gemini.ts')
      return gemini(common)
    }
    case 'openai-responses': {
      const { openaiResponses } = await import('../openai-responses/openai-responses.ts')
      return openaiResponses({ ...common, reasoning: listed?.reasoning })
    }
    case 'openai-compatible': {
      const { openaiCompatible } = await import('../openai-compatible/openai-compatible.ts')
      return openaiCompatible({ ...common, ...transport.rules })
    }
  }
}

/** `OLLAMA_HOST` says where Ollama listens, with or without a scheme, as it does for Ollama's own command. */
function atHost(
  transport: ProviderTransport,
  provider: CatalogueProvider,
  environment: Environment,
): ProviderTransport {
  const host = provider.id === 'ollama' ? (environment['OLLAMA_HOST']?.trim() ?? '') : ''
  if (transport.type !== 'openai-compatible' || host === '') return transport
  const url = new URL(/^https?:\/\//.test(host) ? host : `http://${host}`)
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.port === '' && url.protocol === 'http:') url.port = '11434'
  return { ...transport, baseUrl: `${url.origin}/v1` }
}

function mayBeUnlisted(transport: ProviderTransport, { unlisted = 'refuse' }: ResolveOptions): boolean {
  return (
    unlisted === 'allow' ||
    (transport.type === 'openai-compatible' && transport.baseUrl.startsWith('http://'))
  )
}

function unknownModel(
  reference: string,
  providerId: string,
  name: string,
  providers: Catalogue,
): KeepupError {
  const everywhere = Object.values(providers).flatMap(({ id, models }) =>
    Object.keys(models).map((model) => `${id}/${model}`),
  )
  const wanted = name === '' ? everywhere : Object.keys(providers)
  const near = nearestNames(name === '' ? reference : providerId, wanted)
  const what =
    name === ''
      ? `${JSON.stringify(reference)} does not name a model: write PROVIDER/NAME.`
      : `There is no provider ${JSON.stringify(providerId)}.`
  return new KeepupError('model-unknown', `${what}${suggestion(near)}`, {
    details: { reference, nearest: near },
  })
}

function unknownName(reference: string, provider: CatalogueProvider, name: string): KeepupError {
  const near = nearestNames(name, Object.keys(provider.models)).map((model) => `${provider.id}/${model}`)
  const message = `The catalogue lists no model ${JSON.stringify(name)} of ${provider.name}.${suggestion(near)} If it is newer than the catalogue, refresh that, or allow unlisted models.`
  return new KeepupError('model-unknown', message, { details: { reference, nearest: near } })
}

function suggestion(near: readonly string[]): string {
  return near.length === 0 ? '' : ` Did you mean ${near.join(', ')}?`
}
