import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { CircleHeardLately } from '../api/gen/documents'
import { useMore, useWords } from '../words'
import { circleRoomWords } from '../words/circle-room'
import { asTime } from './lasting'
import { seatName } from './seat-name'

/** How much each seat was heard over the last meetings. */
export function HeardLately({ circleId }: { circleId: string }): JSX.Element | null {
  const words = useMore(circleRoomWords)
  const all = useWords()
  const { data } = useAnswer(CircleHeardLately, { id: circleId })
  if (data?.node?.__typename !== 'Circle' || data.node.heard.length === 0) return null
  return (
    <details class="card">
      <summary>{words.history}</summary>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">{words.who}</th>
            <th scope="col">{words.turns}</th>
            <th scope="col">{words.time}</th>
          </tr>
        </thead>
        <tbody>
          {data.node.heard.map(({ seat, turns, seconds }, place) => (
            <tr key={seat?.id ?? place}>
              <th scope="row">{seatName(seat, all)}</th>
              <td>{turns}</td>
              <td>{asTime(seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
