import { parseProviders } from './parse-providers.ts'

/** Prices in USD per million tokens. */
export interface CatalogueCost {
  readonly input: number
  readonly output: number
  readonly cache_read?: number
  readonly cache_write?: number
}

/** What is known of a model: the members of models.dev that keepup uses, under their names there. */
export interface CatalogueModel {
  readonly id: string
  readonly name: string
  readonly tool_call: boolean
  readonly reasoning: boolean
  readonly attachment: boolean
  /** Left out where it is not known. */
  readonly cost?: CatalogueCost
  /** In tokens. Left out where it is not known. */
  readonly limit?: { readonly context: number; readonly output?: number }
  /** Where this model is reached otherwise than the provider's others. */
  readonly provider?: { readonly npm?: string; readonly api?: string }
}

/** How a provider is reached, and its models. */
export interface CatalogueProvider {
  readonly id: string
  readonly name: string
  /** Environment variables: the key, and what the URL needs. */
  readonly env: readonly string[]
  /** The AI SDK package that speaks to it. */
  readonly npm: string
  /** Its base URL; `${NAME}` stands for an environment variable. */
  readonly api?: string
  /** Where it is documented. */
  readonly doc?: string
  readonly models: Readonly<Record<string, CatalogueModel>>
}

/** Providers by id, in the shape of models.dev's `api.json`. */
export type Catalogue = Readonly<Record<string, CatalogueProvider>>

/** The catalogue that keepup brings along. Read on the first call, not on import; the file says where it comes from and of when it is. */
export async function catalogue(): Promise<Catalogue> {
  const { default: snapshot } = await import('./snapshot.json', { with: { type: 'json' } })
  return parseProviders(snapshot.providers)
}
