import type { JSX } from 'preact'

import { useAnswer } from '../api/answer'
import { CircleHeardLately } from '../api/gen/documents'
import { Pending } from '../ui/parts'
import { useMore, useWords } from '../words'
import { circleHeardWords } from '../words/circle-heard'
import { asTime } from './lasting'
import { seatName } from './seat-name'

/** How much each seat was heard over the last meetings. */
export default function HeardLately({ circleId }: { circleId: string }): JSX.Element {
  const words = useMore(circleHeardWords)
  const all = useWords()
  const { data, failure, again } = useAnswer(CircleHeardLately, { id: circleId })
  if (data?.node?.__typename !== 'Circle') return <Pending failure={failure} retry={again} />
  if (data.node.heard.length === 0) return <p class="soft">{words.none}</p>
  return (
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
  )
}
