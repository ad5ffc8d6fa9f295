/** What the two agreed on: what holds, what waits for a signature, and what held before. */

import type { JSX } from 'preact'
import { Suspense, lazy } from 'preact/compat'
import { useState } from 'preact/hooks'

import { AgreementsOf, SignAgreement } from '../api/gen/documents'
import type { TermsFragment } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Failed, Loading, Refusal } from '../ui/parts'
import { day } from '../ui/when'
import { useMore, useWords } from '../words'
import { paperWords } from '../words/papers'
import type { Clause } from './scale'
import { CLAUSES, changes } from './scale'
import { usePart, useTie } from './tie'

const AgreementForm = lazy(() => import('./agreement-form'))

export default function AgreementPart(): JSX.Element {
  const words = useMore(paperWords)
  const { isGoingOn } = useTie()
  const { data, failure, done } = usePart(AgreementsOf)
  const [isWriting, setWriting] = useState(false)
  const [said, setSaid] = useState('')
  if (data?.node?.__typename !== 'Mentorship') {
    return failure === undefined ? <Loading /> : <Failed failure={failure} retry={done} />
  }
  const versions = data.node.agreements.edges.map(({ node }) => node)
  const newest = versions[0]
  const holding = versions.find((each) => each.state === 'IN_FORCE')
  const earlier = versions.filter((each) => each !== holding && each.state !== 'PROPOSED')
  const told = (words: string): void => {
    setSaid(words)
    setWriting(false)
    done()
  }
  return (
    <div class="stack">
      <p role="status" class={said === '' ? 'hidden' : 'note'}>
        {said}
      </p>
      {newest === undefined && !isWriting && <p class="note">{words.noAgreement}</p>}
      {newest?.state === 'PROPOSED' && <Proposed terms={newest} holding={holding} told={told} />}
      {holding !== undefined && (
        <Version terms={holding} title={words.inForce(day(holding.inForceAt ?? holding.writtenAt, language()))} />
      )}
      {isGoingOn && !isWriting && (
        <div>
          <button type="button" class={newest === undefined ? 'main' : ''} onClick={() => { setWriting(true) }}>
            {newest === undefined ? words.draft : words.newVersion}
          </button>
        </div>
      )}
      {isWriting && (
        <Suspense fallback={<Loading />}>
          <AgreementForm
            newest={newest}
            written={() => {
              told(words.written)
            }}
          />
        </Suspense>
      )}
      {earlier.length > 0 && (
        <details class="card">
          <summary>{words.history}</summary>
          <div class="stack">
            {earlier.map((terms) => (
              <details key={terms.id}>
                <summary class="small">
                  {words.version(terms.number)}, {day(terms.writtenAt, language())}: {words.agreementStates[terms.state]}
                </summary>
                <Clauses terms={terms} changed={[]} />
              </details>
            ))}
          </div>
        </details>
      )}
    </div>
  )
}

function language(): string {
  return document.documentElement.lang
}

interface ProposedProps {
  readonly terms: TermsFragment
  readonly holding: TermsFragment | undefined
  readonly told: (words: string) => void
}

function Proposed({ terms, holding, told }: ProposedProps): JSX.Element {
  const words = useMore(paperWords)
  const { isMentor, isGoingOn, otherName } = useTie()
  const { act, isBusy, refused } = useAct(SignAgreement)
  const isMine = (isMentor ? terms.mentorSignedAt : terms.menteeSignedAt) !== null
  const title = isMine ? words.proposedMine(otherName) : words.proposedBy(otherName)
  return (
    <Version terms={terms} title={title} changed={changes(holding, terms)} isLit={!isMine}>
      <Refusal refused={refused} />
      {!isMine && isGoingOn && (
        <div>
          <button
            type="button"
            class="main"
            disabled={isBusy}
            onClick={() =>
              void act({ id: terms.id }).then((payload) => {
                if (payload !== undefined) told(words.signedNow)
              })
            }
          >
            {words.sign}
          </button>
        </div>
      )}
    </Version>
  )
}

interface VersionProps {
  readonly terms: TermsFragment
  readonly title: string
  readonly changed?: readonly Clause[]
  readonly isLit?: boolean
  readonly children?: JSX.Element | (JSX.Element | false)[]
}

function Version({ terms, title, changed = [], isLit = false, children }: VersionProps): JSX.Element {
  const words = useMore(paperWords)
  const { head } = useTie()
  const { room } = useWords()
  const signatures = [
    [head.mentor?.name ?? room.somebody, terms.mentorSignedAt],
    [head.mentee?.name ?? room.somebody, terms.menteeSignedAt],
  ] as const
  return (
    <section class={isLit ? 'card lit' : 'card'} aria-label={words.version(terms.number)}>
      <h2>{title}</h2>
      <Clauses terms={terms} changed={changed} />
      <p class="small soft">
        {words.version(terms.number)}.{' '}
        {signatures
          .flatMap(([name, at]) => (at === null ? [] : [words.signedOn(name, day(at, language()))]))
          .join('. ')}
      </p>
      {children}
    </section>
  )
}

function Clauses({ terms, changed }: { terms: TermsFragment; changed: readonly Clause[] }): JSX.Element {
  const words = useMore(paperWords)
  const read = useReading()
  const said = CLAUSES.filter((clause) => terms[clause] !== '')
  return (
    <dl class="clauses">
      {said.map((clause) => (
        <div key={clause}>
          <dt class="small soft">
            {words.clauses[clause]} {changed.includes(clause) && <span class="chip warm">{words.changed}</span>}
          </dt>
          <dd>{read(terms, clause)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What a clause says, in words. */
function useReading(): (terms: TermsFragment, clause: Clause) => string {
  const words = useMore(paperWords)
  const { formats } = useWords()
  return (terms, clause) => {
    if (clause === 'format') return formats[terms.format]
    if (clause === 'channel') return words.channels[terms.channel]
    if (clause === 'confidentiality') return words.discretion[terms.confidentiality]
    return String(terms[clause])
  }
}
