import assert from 'node:assert/strict'
import test from 'node:test'

import { chargedWeight } from '../src/weight.js'

const box = { length: 10, width: 10, height: 10 }

test('charges for the weight of a small heavy parcel', () => {
  assert.equal(chargedWeight({ ...box, kilograms: 2 }), 2)
})

test('charges for the volume of a large light parcel', () => {
  assert.equal(chargedWeight({ length: 50, width: 40, height: 30, kilograms: 1 }), 12)
})

test('counts every begun half kilogram', () => {
  assert.equal(chargedWeight({ ...box, kilograms: 1.2 }), 1.5)
})
