/**
 * A week of open times as the server has it: windows of a weekday (0 is Monday) in minutes since midnight, none over
 * another. One paints hours, but a window that begins at a quarter past keeps its minutes until it is painted over.
 */

export interface Window {
  readonly weekday: number
  readonly startMinute: number
  readonly endMinute: number
}

export interface Span {
  readonly weekday: number
  readonly startHour: number
  readonly endHour: number
}

export const DAYS = 7
export const HOURS = 24
const HOUR_MINUTES = 60

type Cover = 'full' | 'part' | 'none'

/** How much of an hour is open. */
export function coverOf(week: readonly Window[], weekday: number, hour: number): Cover {
  const start = hour * HOUR_MINUTES
  const end = start + HOUR_MINUTES
  const open = week
    .filter((window) => window.weekday === weekday)
    .reduce((sum, each) => sum + Math.max(0, Math.min(end, each.endMinute) - Math.max(start, each.startMinute)), 0)
  return open >= HOUR_MINUTES ? 'full' : open > 0 ? 'part' : 'none'
}

/** The week with some hours of a day opened, or closed. */
export function paint(week: readonly Window[], span: Span, isOpen: boolean): Window[] {
  const startMinute = span.startHour * HOUR_MINUTES
  const endMinute = span.endHour * HOUR_MINUTES
  const left = week.flatMap((each) => {
    if (each.weekday !== span.weekday) return [each]
    return [
      { ...each, endMinute: Math.min(each.endMinute, startMinute) },
      { ...each, startMinute: Math.max(each.startMinute, endMinute) },
    ].filter((piece) => piece.startMinute < piece.endMinute)
  })
  return joined(isOpen ? [...left, { weekday: span.weekday, startMinute, endMinute }] : left)
}

/** In order, and those that touch made one. */
function joined(week: readonly Window[]): Window[] {
  const inOrder = [...week].sort((one, other) => one.weekday - other.weekday || one.startMinute - other.startMinute)
  const whole: Window[] = []
  for (const each of inOrder) {
    const last = whole.at(-1)
    if (last?.weekday === each.weekday && last.endMinute >= each.startMinute) {
      whole[whole.length - 1] = { ...last, endMinute: Math.max(last.endMinute, each.endMinute) }
    } else whole.push({ weekday: each.weekday, startMinute: each.startMinute, endMinute: each.endMinute })
  }
  return whole
}

export function hoursOf(week: readonly Window[]): number {
  return week.reduce((sum, each) => sum + each.endMinute - each.startMinute, 0) / HOUR_MINUTES
}

interface Cell {
  readonly weekday: number
  readonly hour: number
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-DAYS, 0],
  End: [DAYS, 0],
  PageUp: [0, -HOURS],
  PageDown: [0, HOURS],
}

/** Where a key leads from a cell, or nothing if it is no key of the grid. In a right-to-left page days run leftwards. */
export function stepFrom(cell: Cell, key: string, isRightToLeft = false): Cell | undefined {
  const step = STEPS[key]
  if (step === undefined) return undefined
  const sideways = isRightToLeft && key.startsWith('Arrow') ? -step[0] : step[0]
  const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value))
  return { weekday: within(cell.weekday + sideways, DAYS), hour: within(cell.hour + step[1], HOURS) }
}
