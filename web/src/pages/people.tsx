import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Link } from 'wouter-preact'

import { useAnswer } from '../api/answer'
import { People } from '../api/gen/documents'
import type { ProfileFilter } from '../api/gen/types'
import { Chosen } from '../ui/chosen'
import { Choice, Empty, Failed, Field, Loading, Title } from '../ui/parts'
import { PeopleTabs } from '../ui/people-tabs'
import { PersonCard } from '../ui/person-card'
import type { ChosenSkill } from '../ui/skill-field'
import { SkillField } from '../ui/skill-field'
import { ViewerContext } from '../viewer'
import { useWords } from '../words'

interface Wishes {
  readonly text: string
  readonly skills: readonly ChosenSkill[]
  readonly direction: 'OFFERED' | 'SOUGHT'
  readonly isOpen: boolean
}

function filterOf(wishes: Wishes): ProfileFilter {
  return {
    text: wishes.text,
    skills: wishes.skills.map(({ id }) => id),
    direction: wishes.direction,
    hasOpenPlaces: wishes.isOpen,
  }
}

export default function PeoplePage(): JSX.Element {
  const words = useWords()
  const [wishes, setWishes] = useState<Wishes>({ text: '', skills: [], direction: 'OFFERED', isOpen: false })
  const [pages, setPages] = useState<readonly (string | null)[]>([null])
  const change = (changed: Partial<Wishes>): void => {
    setWishes({ ...wishes, ...changed })
    setPages([null])
  }
  const filter = filterOf(wishes)
  return (
    <div class="stack">
      <Title>{words.people.title}</Title>
      <PeopleTabs />
      <WishesForm wishes={wishes} change={change} />
      {pages.map((after, index) => (
        <Page
          key={`${JSON.stringify(filter)}${String(after)}`}
          filter={filter}
          after={after}
          isLast={index === pages.length - 1}
          more={(next) => {
            setPages([...pages, next])
          }}
        />
      ))}
    </div>
  )
}

function WishesForm({ wishes, change }: { wishes: Wishes; change: (changed: Partial<Wishes>) => void }): JSX.Element {
  const { people } = useWords()
  return (
    <form
      class="card"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
      }}
    >
      <SkillField
        label={people.skill}
        hint={people.skillHint}
        onChoose={(skill) => {
          change({ skills: [...wishes.skills.filter(({ id }) => id !== skill.id), skill] })
        }}
      />
      {wishes.skills.length > 0 && (
        <ul class="chips">
          {wishes.skills.map((skill) => (
            <li key={skill.id}>
              <Chosen
                label={skill.label}
                remove={() => {
                  change({ skills: wishes.skills.filter(({ id }) => id !== skill.id) })
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <Field
        label={people.search}
        name="text"
        value={wishes.text}
        onInput={(text) => {
          change({ text })
        }}
      />
      <div class="row">
        <Choice
          label={people.direction}
          value={wishes.direction}
          choices={{ OFFERED: people.teaches, SOUGHT: people.learns }}
          onChange={(direction) => {
            change({ direction })
          }}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={wishes.isOpen}
            onChange={(event) => {
              change({ isOpen: event.currentTarget.checked })
            }}
          />
          {people.open}
        </label>
      </div>
    </form>
  )
}

/** Members can wait for somebody where nobody is. */
function Nobody(): JSX.Element {
  const { people } = useWords()
  const { me } = ViewerContext.use()
  return (
    <Empty>
      {people.none} {me !== null && <Link href="/waiting">{people.wait}</Link>}
    </Empty>
  )
}

interface PageProps {
  readonly filter: ProfileFilter
  readonly after: string | null
  readonly isLast: boolean
  readonly more: (after: string) => void
}

function Page({ filter, after, isLast, more }: PageProps): JSX.Element {
  const words = useWords()
  const { data, failure, again } = useAnswer(People, { filter, after })
  if (data === undefined) return failure === undefined ? <Loading /> : <Failed failure={failure} retry={again} />
  const { edges, pageInfo } = data.profiles
  if (edges.length === 0 && after === null) return <Nobody />
  return (
    <>
      <p class="hidden" role="status">
        {words.people.found(edges.length)}
      </p>
      <div class="cards">
        {edges.map(({ node }) => (
          <PersonCard key={node.id} person={node} />
        ))}
      </div>
      {isLast && pageInfo.hasNextPage && (
        <div>
          <button
            type="button"
            onClick={() => {
              if (pageInfo.endCursor !== null) more(pageInfo.endCursor)
            }}
          >
            {words.more}
          </button>
        </div>
      )}
    </>
  )
}
