const zones = {
  home: ['DE'],
  near: ['AT', 'BE', 'CH', 'CZ', 'DK', 'FR', 'LU', 'NL', 'PL'],
}

/** The tariff zone of a country (ISO 3166-1 alpha-2): `home`, `near` or `far`. */
export function zoneOf(country) {
  const found = Object.entries(zones).find(([, countries]) => countries.includes(country))
  return found === undefined ? 'far' : found[0]
}
