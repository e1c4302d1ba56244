import assert from 'node:assert/strict'
import test from 'node:test'

import { quote } from '../src/quote.js'
import { zoneOf } from '../src/zones.js'

const box = { length: 10, width: 10, height: 10 }

test('knows the zones', () => {
  assert.deepEqual(['DE', 'FR', 'JP'].map(zoneOf), ['home', 'near', 'far'])
})

test('quotes a parcel at home', () => {
  assert.equal(quote({ ...box, kilograms: 2 }, 'DE'), 570)
})

test('quotes a parcel to far away', () => {
  assert.equal(quote({ ...box, kilograms: 1 }, 'JP'), 2070)
})
