/** One goal: its five outcomes as the two worded them, and where between them it stands. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'

import { SayWhereGoalStands, SettleGoal } from '../api/gen/documents'
import type { GoalPartsFragment, MentorshipGoalState } from '../api/gen/types'
import { useAct, useActs } from '../api/outcome'
import { Field, Loading, Refusal, formValues } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { paperWords } from '../words/papers'
import { LEVELS, outcomeOf, signed } from './scale'
import { Taps } from './taps'
import { useTie } from './tie'

const GoalForm = lazy(() => import('./goal-form'))

interface GoalProps {
  readonly goal: GoalPartsFragment
  readonly done: () => void
}

type Opened = 'say' | 'edit' | undefined

export function GoalCard({ goal, done }: GoalProps): JSX.Element {
  const words = useMore(paperWords)
  const { language } = useWords()
  const { isGoingOn } = useTie()
  const { act, isBusy, refused } = useActs()
  const [opened, setOpened] = useState<Opened>()
  const isOpen = goal.state === 'OPEN'
  const settle = (state: MentorshipGoalState): void =>
    void act(SettleGoal, { input: { goalId: goal.id, state, expectedVersion: goal.version } }).then(done)
  const close = (): void => {
    setOpened(undefined)
    done()
  }
  const toggle = (which: Opened): void => {
    setOpened(opened === which ? undefined : which)
  }
  return (
    <article class="card" aria-label={goal.title}>
      <h3>{goal.title}</h3>
      <p class="chips">
        {!isOpen && <span class="chip">{words.goalStates[goal.state]}</span>}
        {goal.dueOn !== null && <span class="chip">{words.due(day(goal.dueOn, language))}</span>}
        {goal.isCarriedOn && <span class="chip">{words.carried}</span>}
      </p>
      <Scale goal={goal} />
      <p>{goal.level === null ? words.notLooked : words.stands(signed(goal.level), outcomeOf(goal, goal.level))}</p>
      <Refusal refused={refused} />
      {isGoingOn && (
        <div class="row">
          {isOpen ? (
            <>
              <button type="button" aria-expanded={opened === 'say'} onClick={() => { toggle('say') }}>
                {words.say}
              </button>
              <button type="button" class="plain" disabled={isBusy} onClick={() => { settle('REACHED') }}>
                {words.reached}
              </button>
              <button type="button" class="plain" disabled={isBusy} onClick={() => { settle('LET_GO') }}>
                {words.letGo}
              </button>
              <button type="button" class="plain" aria-expanded={opened === 'edit'} onClick={() => { toggle('edit') }}>
                {words.edit}
              </button>
            </>
          ) : (
            <button type="button" class="plain" disabled={isBusy} onClick={() => { settle('OPEN') }}>
              {words.reopen}
            </button>
          )}
        </div>
      )}
      {opened === 'say' && <Saying goal={goal} done={close} />}
      {opened === 'edit' && (
        <Suspense fallback={<Loading />}>
          <GoalForm goal={goal} done={close} />
        </Suspense>
      )}
      <Before goal={goal} />
    </article>
  )
}

function Scale({ goal }: { goal: GoalPartsFragment }): JSX.Element {
  const words = useMore(paperWords)
  return (
    <ol class="scale" aria-label={words.scale}>
      {LEVELS.map((level) => {
        const [isNow, isStart] = [goal.level === level, goal.baselineLevel === level]
        const label = outcomeOf(goal, level)
        return (
          <li key={level} class={isNow ? 'now' : undefined} aria-current={isNow ? 'true' : undefined}>
            <b>{signed(level)}</b>
            <span class={label === '' ? 'soft' : undefined}>{label === '' ? words.levels[level] : label}</span>
            {isStart && <span class="chip warm">{words.start}</span>}
            {isNow && <span class="chip">{words.nowMark}</span>}
          </li>
        )
      })}
    </ol>
  )
}

function Saying({ goal, done }: GoalProps): JSX.Element {
  const words = useMore(paperWords)
  const { send } = useWords()
  const { act, isBusy, refused } = useAct(SayWhereGoalStands)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  return (
    <form
      class="stack"
      aria-label={words.say}
      onSubmit={(event) => {
        const { level = '0', note = '' } = formValues(event)
        void act({ input: { goalId: goal.id, level: Number(level), note, idempotencyKey } }).then((payload) => {
          if (payload !== undefined) done()
        })
      }}
    >
      <Taps
        legend={words.say}
        name="level"
        chosen={goal.level === null ? undefined : String(goal.level)}
        choices={LEVELS.map((level) => [String(level), `${signed(level)} ${words.levels[level]}`])}
      />
      <Field label={words.sayNote} name="note" wrong={refused?.fields['note']} />
      <Refusal refused={refused} />
      <div>
        <button class="main" disabled={isBusy}>
          {send}
        </button>
      </div>
    </form>
  )
}

function Before({ goal }: { goal: GoalPartsFragment }): JSX.Element | null {
  const words = useMore(paperWords)
  const { language, room } = useWords()
  const said = goal.attainments.edges
  if (said.length === 0) return null
  return (
    <details>
      <summary class="small">{words.before}</summary>
      <ul class="stack tight small">
        {said.map(({ node }) => (
          <li key={node.at}>
            <b>{signed(node.level)}</b> {node.note}{' '}
            <span class="soft">
              {node.saidBy?.name ?? room.somebody}, {day(node.at, language)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
