/** A share from 0 to 1 as whole percent. */
export function percent(share: number): number {
  return Math.round(share * 100)
}
