import { KeepupError, type Model } from '@keepup/core'

import { languageModel, type LanguageModelOptions } from '../ai-sdk/language-model.ts'
import type { AnyLanguageModel } from '../ai-sdk/sdk-model.ts'
import type { CatalogueProvider } from '../catalogue/catalogue.ts'
import { type Environment, missing } from './environment.ts'

/** Imports a package by name. */
export type ImportPackage = (name: string) => Promise<unknown>

/** A model through an AI SDK package, which the user installs. */
export interface PackageModelRequest {
  readonly reference: string
  readonly provider: CatalogueProvider
  readonly npm: string
  readonly model: string
  readonly environment: Environment
  readonly importPackage: ImportPackage
  readonly options: LanguageModelOptions
}

/** Makes the model. Fails `model-key-missing` where none of the provider's variables is set, `configuration-invalid` where the package is missing or strange. */
export async function packageModel(request: PackageModelRequest): Promise<Model> {
  const { provider, environment, reference, npm } = request
  const accepted = [...provider.env, ...(alternatives[npm] ?? [])]
  if (accepted.length > 0 && accepted.every((name) => (environment[name] ?? '') === '')) {
    throw missing(reference, provider.env.join(' and '), provider.doc)
  }
  const create = await creatorOf(request)
  const made = create(settingsOf(provider, npm, environment))
  const model = typeof made === 'function' ? made(request.model) : languageModelOf(made, request.model)
  if (!isLanguageModel(model)) throw strange(npm)
  return languageModel(model, request.options)
}

/** Other ways to sign in that the packages know. */
const alternatives: Readonly<Record<string, readonly string[]>> = {
  '@ai-sdk/amazon-bedrock': ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_PROFILE'],
}

type Creator = (settings: object) => unknown

async function creatorOf({ npm, importPackage }: PackageModelRequest): Promise<Creator> {
  const module = await importPackage(npm).catch((error: unknown) => {
    throw new KeepupError(
      'configuration-invalid',
      `This provider is reached through the package ${npm}, which is not installed. Run: npm install ${packageName(npm)}`,
      { cause: error },
    )
  })
  const exported = Object.entries(Object(module)).find(
    ([name, value]) => name.startsWith('create') && typeof value === 'function',
  )
  if (exported === undefined) throw strange(npm)
  // Every AI SDK package exports `create…`, a function of its settings.
  return exported[1] as Creator
}

/** Without a subpath. */
function packageName(npm: string): string {
  return npm
    .split('/')
    .slice(0, npm.startsWith('@') ? 2 : 1)
    .join('/')
}

function settingsOf({ env, api }: CatalogueProvider, npm: string, environment: Environment): object {
  const named = Object.entries(settingNames[npm] ?? {}).map(([setting, name]) => [setting, environment[name]])
  const [only, ...others] = env
  const apiKey = only !== undefined && others.length === 0 ? [['apiKey', environment[only]]] : []
  const all = [...(named.length > 0 ? named : apiKey), ['baseURL', api]]
  return Object.fromEntries(all.filter(([, value]) => value !== undefined))
}

/** Settings that come from more than one variable. What a package finds for itself is left to it. */
const settingNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '@ai-sdk/amazon-bedrock': {
    region: 'AWS_REGION',
    accessKeyId: 'AWS_ACCESS_KEY_ID',
    secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
    sessionToken: 'AWS_SESSION_TOKEN',
    apiKey: 'AWS_BEARER_TOKEN_BEDROCK',
  },
  '@ai-sdk/google-vertex': { project: 'GOOGLE_VERTEX_PROJECT', location: 'GOOGLE_VERTEX_LOCATION' },
  '@ai-sdk/google-vertex/anthropic': { project: 'GOOGLE_VERTEX_PROJECT', location: 'GOOGLE_VERTEX_LOCATION' },
}

function languageModelOf(made: unknown, name: string): unknown {
  const make: unknown = Reflect.get(Object(made), 'languageModel')
  return typeof make === 'function' ? make.call(made, name) : undefined
}

function isLanguageModel(value: unknown): value is AnyLanguageModel {
  return (
    typeof value === 'object' && value !== null && 'specificationVersion' in value && 'doGenerate' in value
  )
}

function strange(npm: string): KeepupError {
  return new KeepupError(
    'configuration-invalid',
    `The package ${npm} does not make an AI SDK language model of version 2, 3 or 4. Update it: npm install ${packageName(npm)}@latest`,
  )
}
