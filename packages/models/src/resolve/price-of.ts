import type { Price } from '@keepup/core'

import type { CatalogueCost } from '../catalogue/catalogue.ts'

/** Nano-dollars per token from USD per million tokens. What is read from or written to a cache costs what input costs where nothing else is known. */
export function priceOf(cost: CatalogueCost | undefined): Price | undefined {
  if (cost === undefined) return undefined
  return {
    input: nanoDollars(cost.input),
    cached: nanoDollars(cost.cache_read ?? cost.input),
    cacheWritten: nanoDollars(cost.cache_write ?? cost.input),
    output: nanoDollars(cost.output),
  }
}

/** 1 USD per million tokens is 1,000 nano-dollars per token. */
function nanoDollars(perMillion: number): number {
  return Math.round(perMillion * 1000)
}
