/** What is to be reached, how far it is, and what the two agreed to do. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'

import { GoalsOf } from '../api/gen/documents'
import { Failed, Loading } from '../ui/parts'
import { useMore } from '../words'
import { paperWords } from '../words/papers'
import { Actions } from './actions'
import { GoalCard } from './goal-card'
import { usePart, useTie } from './tie'

const GoalForm = lazy(() => import('./goal-form'))

const MOST_OPEN = 3

export default function Goals(): JSX.Element {
  const words = useMore(paperWords)
  const { isGoingOn } = useTie()
  const { data, failure, done } = usePart(GoalsOf)
  const [isAdding, setAdding] = useState(false)
  if (data?.node?.__typename !== 'Mentorship') {
    return failure === undefined ? <Loading /> : <Failed failure={failure} retry={done} />
  }
  const { goalScore } = data.node
  const goals = data.node.goals.edges.map(({ node }) => node)
  const open = goals.filter((goal) => goal.state === 'OPEN')
  const settled = goals.filter((goal) => goal.state !== 'OPEN')
  return (
    <div class="stack">
      <section class="stack" aria-label={words.goals}>
        <h2>{words.goals}</h2>
        {goalScore !== null && <p class="soft">{words.score(Math.round(goalScore.now), Math.round(goalScore.baseline))}</p>}
        {goals.length === 0 && <p class="note">{words.noGoals}</p>}
        <div class="halves">
          {[...open, ...settled].map((goal) => (
            <GoalCard key={goal.id} goal={goal} done={done} />
          ))}
        </div>
        {isGoingOn && open.length < MOST_OPEN && (
          <details
            class="card"
            open={goals.length === 0 || isAdding}
            onToggle={(event) => {
              setAdding(event.currentTarget.open)
            }}
          >
            <summary>{words.addGoal}</summary>
            {(isAdding || goals.length === 0) && (
              <Suspense fallback={<Loading />}>
                <GoalForm done={done} />
              </Suspense>
            )}
          </details>
        )}
      </section>
      <Actions actions={data.node.actions.edges.map(({ node }) => node)} done={done} />
    </div>
  )
}
