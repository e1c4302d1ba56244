import { chargedWeight } from './weight.js'
import { zoneOf } from './zones.js'

/** Cents for the parcel itself and for every half kilogram. */
const tariffs = {
  home: { base: 390, half: 45 },
  near: { base: 890, half: 110 },
  far: { base: 1590, half: 240 },
}

/** What it costs to send a parcel to a country, in cents. */
export function quote(parcel, country) {
  const { base, half } = tariffs[zoneOf(country)]
  return base + half * (chargedWeight(parcel) * 2)
}
