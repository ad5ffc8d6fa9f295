/** Values as what SVG draws: a box of 100 by 60, with its origin at the lower left. */

export const WIDTH = 100
export const HEIGHT = 60

interface Bar {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Bars side by side, the tallest as high as the box. */
export function bars(values: readonly number[], gap = 0.2): Bar[] {
  const top = Math.max(1, ...values)
  const width = WIDTH / Math.max(1, values.length)
  return values.map((value, index) => {
    const height = (value / top) * HEIGHT
    return { x: index * width + (width * gap) / 2, y: HEIGHT - height, width: width * (1 - gap), height }
  })
}

/** A line through points whose x and y run from 0 to 1. */
export function line(points: readonly (readonly [number, number])[]): string {
  const round = (value: number): string => String(Math.round(value * 100) / 100)
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x * WIDTH)} ${round((1 - y) * HEIGHT)}`).join('')
}

/** Values drawn against their own range, from 0 to 1; all alike: in the middle. */
export function spread(values: readonly number[]): number[] {
  const least = Math.min(...values)
  const most = Math.max(...values)
  return values.map((value) => (most === least ? 0.5 : (value - least) / (most - least)))
}
