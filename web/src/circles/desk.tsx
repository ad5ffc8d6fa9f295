/** What only those who lead a circle do: who comes in, what holds, where it goes, how big it is, how it does. */

import type { JSX } from 'preact'
import { lazy } from 'preact/compat'

import { CircleDesk } from '../api/gen/documents'
import { Later } from '../ui/later'
import { Pending } from '../ui/parts'
import { useMore } from '../words'
import { circleDeskWords } from '../words/circle-desk'
import { useCircle, useCirclePart } from './circle'
import { Asking } from './desk-asking'
import { DeskNorms } from './desk-norms'
import { People } from './desk-people'
import { Road } from './desk-road'
import { Size } from './desk-size'

const Invite = lazy(() => import('./desk-invite'))
const Settings = lazy(() => import('./desk-settings'))
const HeardLately = lazy(() => import('./heard'))

export default function Desk(): JSX.Element {
  const words = useMore(circleDeskWords)
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
            <Later label={words.invite}>
              <Invite />
            </Later>
          </>
        )}
        <People seats={deskSeats} />
        <DeskNorms seats={deskSeats} />
      </div>
      <div class="stack">
        {isOpen && <Road />}
        <Size circle={data.node} />
        <Later label={words.heard}>
          <HeardLately circleId={head.id} />
        </Later>
        {isOpen && (
          <Later label={words.set}>
            <Settings facilitation={facilitation} isListed={isListed} />
          </Later>
        )}
      </div>
    </div>
  )
}
