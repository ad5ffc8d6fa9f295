import type { SeatNameFragment } from '../api/gen/types'
import type { Words } from '../words/en'

/** Who sits there, as far as this person may know it. */
export function seatName(seat: SeatNameFragment | null, words: Words): string {
  if (seat?.isMine === true) return words.room.you
  return seat?.nickname ?? seat?.profile?.name ?? words.room.somebody
}
