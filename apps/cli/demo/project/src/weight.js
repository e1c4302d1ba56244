/** The carrier's divisor: cubic centimetres that count as one kilogram. */
const cubicCentimetresPerKilogram = 5000

/** The weight that is charged for, in kilograms: every begun half kilogram counts. */
export function chargedWeight({ kilograms, length, width, height }) {
  const volumetric = (length * width * height) / cubicCentimetresPerKilogram
  return toHalfKilograms(Math.max(kilograms, volumetric))
}

function toHalfKilograms(kilograms) {
  return Math.round(kilograms * 2) / 2
}
