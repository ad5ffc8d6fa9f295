import type { SeatNameFragment } from '../api/gen/types'
import type { Words } from '../words/en'

/** Who sits there, as far as this person may know it. Who was invited to a circle of nicknames has none yet. */
export function seatName(seat: SeatNameFragment | null, words: Words): string {
  if (seat?.isMine === true) return words.room.you
  const name = seat?.nickname ?? seat?.profile?.name ?? ''
  return name === '' ? words.room.somebody : name
}
