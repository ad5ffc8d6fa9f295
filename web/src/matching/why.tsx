/** Why two people fit, in parts, with the evidence, and what would raise it. */

import type { JSX } from 'preact'
import { Link } from 'wouter-preact'

import type { MatchSide, ReasonsFragment } from '../api/gen/types'
import { Meter } from '../ui/meter'
import { percent } from '../ui/numbers'
import { when } from '../ui/when'
import { useMore } from '../words'
import { matchingWords } from '../words/matching'
import { strongest, worthRaising } from './reasons'

const STARTS_SHOWN = 3
const CONTESTED = 0.5

interface WhyProps {
  readonly reasons: ReasonsFragment
  readonly side: MatchSide
}

/** All but the parts themselves, which a card shows already. */
export function Grounds({ reasons }: { reasons: ReasonsFragment }): JSX.Element {
  return (
    <div class="stack">
      <Evidence reasons={reasons} />
      <Raising reasons={reasons} />
      <Starts reasons={reasons} />
    </div>
  )
}

/** The parts that speak for it. */
export function Speaking({ reasons, side }: WhyProps): JSX.Element {
  const words = useMore(matchingWords)
  return (
    <ul class="stack tight" aria-label={words.reasons}>
      {strongest(reasons.parts, side).map((part) => (
        <li key={part.name}>
          <Meter share={part.value}>
            {words.parts[part.name]}
            {part.isUnknown && <span class="soft"> ({words.unsaid})</span>}
          </Meter>
        </li>
      ))}
    </ul>
  )
}

function Evidence({ reasons }: { reasons: ReasonsFragment }): JSX.Element | null {
  const words = useMore(matchingWords)
  if (reasons.evidence === null || reasons.evidence.length === 0) return null
  return (
    <section class="stack tight" aria-label={words.evidence}>
      <h3>{words.evidence}</h3>
      <ul class="stack tight small">
        {reasons.evidence.map(({ needed, offered, nearness }) => (
          <li key={needed.id} class="row spread">
            {offered === null ? (
              <span class="soft">{words.unmet(needed.label)}</span>
            ) : (
              <>
                <span>{words.met(needed.label, offered.label)}</span>
                <span class="chip">{words.nearness[nearness]}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Raising({ reasons }: { reasons: ReasonsFragment }): JSX.Element | null {
  const words = useMore(matchingWords)
  const raises = worthRaising(reasons.raises)
  if (raises.length === 0) return null
  return (
    <section class="stack tight" aria-label={words.raises}>
      <h3>{words.raises}</h3>
      <ul class="stack tight small">
        {raises.map((raise) => (
          <li key={raise.name}>
            {words.raise(words.parts[raise.name], Math.max(1, percent(raise.gain)))}{' '}
            {raise.isUnknown && <Link href="/begin">{words.sayIt}</Link>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Starts({ reasons }: { reasons: ReasonsFragment }): JSX.Element {
  const words = useMore(matchingWords)
  const starts = reasons.starts ?? []
  return (
    <>
      {starts.length > 0 && (
        <section class="stack tight" aria-label={words.starts}>
          <h3>{words.starts}</h3>
          <ul class="chips">
            {starts.slice(0, STARTS_SHOWN).map(({ at }) => (
              <li key={at} class="chip">
                {when(at, document.documentElement.lang)}
              </li>
            ))}
          </ul>
        </section>
      )}
      {reasons.contested > CONTESTED && <p class="soft small">{words.contested}</p>}
    </>
  )
}
