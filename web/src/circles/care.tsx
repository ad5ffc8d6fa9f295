/** How one is: said to oneself alone; and where somebody listens, whether one said anything or not. */

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { useAnswer } from '../api/answer'
import { CheckInWithMyself, HelplinesOf, MyChecks } from '../api/gen/documents'
import type { HelplinePartsFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Taps } from '../mentorship/taps'
import { Lines } from '../safety/lines'
import { Field, Pending, Refusal, formValues } from '../ui/parts'
import { when } from '../ui/when'
import { ViewerContext } from '../viewer'
import { useMore, useWords } from '../words'
import { circleCareWords } from '../words/circle-care'
import { useCircle } from './circle'
import { Pause } from './seat'

const LEVELS = [1, 2, 3, 4, 5] as const

function levelWord(level: number, levels: Readonly<Record<number, string>>): string {
  return levels[level] ?? String(level)
}

export default function Care(): JSX.Element {
  const words = useMore(circleCareWords)
  const { isOpen } = useCircle()
  return (
    <div class="halves">
      <div class="stack">
        {isOpen && <Check />}
        <Before />
      </div>
      <div class="stack">
        <Listening />
        {isOpen && (
          <section class="card" aria-label={words.rest}>
            <h2>{words.rest}</h2>
            <Pause />
          </section>
        )}
      </div>
    </div>
  )
}

function Check(): JSX.Element {
  const words = useMore(circleCareWords)
  const { head } = useCircle()
  const { act, isBusy, refused } = useAct(CheckInWithMyself)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [lines, setLines] = useState<readonly HelplinePartsFragment[]>()

  async function submit(event: SubmitEvent): Promise<void> {
    const form = event.currentTarget as HTMLFormElement
    const { level = '', note = '' } = formValues(event)
    const done = await act({ input: { circleId: head.id, level: Number(level), note, idempotencyKey: key } })
    if (done === undefined) return
    setKey(crypto.randomUUID())
    setLines(done.helplines)
    form.reset()
  }

  return (
    <section class="card" aria-label={words.check}>
      <h2>{words.check}</h2>
      <p class="small soft">{words.private}</p>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <Taps
          legend={words.level}
          name="level"
          choices={LEVELS.map((level) => [String(level), words.levels[level]] as const)}
        />
        <Field label={words.forYou} name="note" lines={2} wrong={refused?.fields['note']} />
        <Refusal refused={refused} />
        <div>
          <button class="main" disabled={isBusy}>
            {words.keep}
          </button>
        </div>
      </form>
      <div role="status" class="stack tight">
        {lines !== undefined && <p>{words.kept}</p>}
        {lines !== undefined && lines.length > 0 && (
          <div class="note warm stack tight">
            <p>{words.turn}</p>
            <Lines lines={lines} />
          </div>
        )}
      </div>
    </section>
  )
}

function Before(): JSX.Element | null {
  const words = useMore(circleCareWords)
  const { language } = useWords()
  const { data } = useAnswer(MyChecks, {})
  const checks = data?.myChecks.edges ?? []
  if (checks.length === 0) return null
  return (
    <section class="card" aria-label={words.before}>
      <h2>{words.before}</h2>
      <ol class="stack tight">
        {checks.map(({ node }) => (
          <li key={node.at}>
            <span class="chip">{levelWord(node.level, words.levels)}</span>{' '}
            <span class="small soft">{when(node.at, language)}</span>
            {node.note !== '' && <p class="lines small">{node.note}</p>}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Listening(): JSX.Element {
  const words = useMore(circleCareWords)
  const { me } = ViewerContext.use()
  const { language } = useWords()
  const [country, setCountry] = useState(me?.profile.country ?? '')
  const { data, failure, again } = useAnswer(HelplinesOf, { country })
  return (
    <section class="card" aria-label={words.lines}>
      <h2>{words.lines}</h2>
      {country !== '' && <p class="small soft">{words.linesFor(countryName(country, language))}</p>}
      {data === undefined ? <Pending failure={failure} retry={again} /> : <Lines lines={data.helplines} />}
      <form
        class="row end"
        onSubmit={(event) => {
          setCountry((formValues(event)['country'] ?? '').trim().toUpperCase())
        }}
      >
        <Field label={words.elsewhere} name="country" />
        <button>{words.show}</button>
      </form>
    </section>
  )
}

/** What is no country stays as it was typed. */
function countryName(code: string, language: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code
  return new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code
}
