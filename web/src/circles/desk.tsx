/** What only those who lead a circle do: who comes in, what holds, where it goes, how big it is, how it does. */

import type { JSX } from 'preact'

import { CircleDesk } from '../api/gen/documents'
import { Pending } from '../ui/parts'
import { useCircle, useCirclePart } from './circle'
import { Asking } from './desk-asking'
import { Invite } from './desk-invite'
import { DeskNorms } from './desk-norms'
import { People } from './desk-people'
import { Road } from './desk-road'
import { Settings } from './desk-settings'
import { Size } from './desk-size'
import { HeardLately } from './heard'

export default function Desk(): JSX.Element {
  const { head, isOpen } = useCircle()
  const { data, failure, again } = useCirclePart(CircleDesk)
  if (data?.node?.__typename !== 'Circle') return <Pending failure={failure} retry={again} />
  const { deskSeats, facilitation, isListed } = data.node
  return (
    <div class="halves">
      <div class="stack">
        {isOpen && (
          <>
            <Asking seats={deskSeats} />
            <Invite />
          </>
        )}
        <People seats={deskSeats} />
        <DeskNorms seats={deskSeats} />
      </div>
      <div class="stack">
        {isOpen && <Road />}
        <Size />
        <HeardLately circleId={head.id} />
        {isOpen && <Settings facilitation={facilitation} isListed={isListed} />}
      </div>
    </div>
  )
}
