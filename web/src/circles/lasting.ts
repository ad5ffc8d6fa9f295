const MINUTE = 60

/** So many seconds as a clock shows them: 3:07. */
export function asTime(seconds: number): string {
  return `${String(Math.floor(seconds / MINUTE))}:${String(seconds % MINUTE).padStart(2, '0')}`
}
