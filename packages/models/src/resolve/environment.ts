import { KeepupError } from '@keepup/core'

import type { CatalogueProvider } from '../catalogue/catalogue.ts'

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A key, and the variable that holds it or should. */
export interface ProviderKey {
  /** Undefined where no key is needed or there is none. */
  readonly value: string | undefined
  readonly variable: string | undefined
}

/** `baseUrl` with `${NAME}` replaced from the environment. Fails `model-key-missing` naming what is not set. */
export function filledUrl(baseUrl: string, environment: Environment, reference: string): string {
  return baseUrl.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = environment[name]?.trim() ?? ''
    if (value === '') throw missing(reference, name)
    return value.replace(/\/+$/, '')
  })
}

/** The key of a provider: the first of its variables that is set. A server on this machine needs none. Fails `model-key-missing`. */
export function providerKey(
  provider: CatalogueProvider,
  baseUrl: string,
  environment: Environment,
  reference: string,
): ProviderKey {
  const names = keyVariables(provider, baseUrl)
  const variable = names.find((name) => (environment[name]?.trim() ?? '') !== '')
  if (variable !== undefined) return { value: environment[variable], variable }
  const [wanted] = names
  if (wanted === undefined || isLoopback(baseUrl)) return { value: undefined, variable: wanted }
  throw missing(reference, names.join(' or '), provider.doc)
}

/** The variables of a provider that hold a key, in order of preference: those that its URL does not use. */
export function keyVariables(
  { env, api = '' }: Pick<CatalogueProvider, 'env' | 'api'>,
  baseUrl: string = api,
): readonly string[] {
  return env.filter((name) => !baseUrl.includes(`\${${name}}`))
}

/** Whether a URL leads to this machine. */
export function isLoopback(url: string): boolean {
  return /^https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|$)/.test(url)
}

/** The error for a variable that is not set. */
export function missing(reference: string, names: string, doc?: string): KeepupError {
  const where = doc === undefined ? '' : ` Keys are described at ${doc}.`
  return new KeepupError(
    'model-key-missing',
    `The model ${reference} needs ${names} in the environment, and it is not set.${where}`,
    {
      details: { reference, variable: names },
    },
  )
}
