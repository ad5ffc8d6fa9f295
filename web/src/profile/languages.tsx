import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { SetLanguages } from '../api/gen/documents'
import type { MyPageFragment, Proficiency } from '../api/gen/types'
import { useAct } from '../api/outcome'
import { Choice, Refusal } from '../ui/parts'
import { spokenLanguage } from '../ui/when'
import { useMore, useWords } from '../words'
import { profileWords } from '../words/profile'

/** Spoken by most of those who work across borders; others have a code too, which the server knows. */
const OFTEN = ['ar', 'bn', 'de', 'en', 'es', 'fa', 'fr', 'ha', 'hi', 'id', 'it', 'ja', 'ko', 'nl', 'pl', 'pt', 'ro', 'ru', 'sw', 'tr', 'uk', 'ur', 'vi', 'yo', 'zh']

export function Languages({ profile }: { profile: MyPageFragment }): JSX.Element {
  const words = useMore(profileWords)
  const { me, language, person } = useWords()
  const { act, isBusy, refused } = useAct(SetLanguages)
  const [proficiency, setProficiency] = useState<Proficiency>('WORKING')
  // Choosing is not doing: by arrow keys one passes all that stand before the one that is meant.
  const [chosen, setChosen] = useState('')
  const spoken = profile.languages.map(({ code, proficiency: how }) => ({ code, proficiency: how }))
  const left = OFTEN.filter((code) => spoken.every((each) => each.code !== code))
  const choices = Object.fromEntries([['', ''], ...left.map((code) => [code, spokenLanguage(code, language)] as const)])
  return (
    <section class="card" aria-label={person.languages}>
      <h2>{person.languages}</h2>
      <Refusal refused={refused} />
      <ul class="stack tight">
        {spoken.map(({ code, proficiency: how }) => (
          <li key={code} class="row spread">
            <span>
              {spokenLanguage(code, language)} <span class="chip">{words.proficiencies[how]}</span>
            </span>
            <button
              type="button"
              class="plain"
              disabled={isBusy}
              aria-label={`${me.remove}: ${spokenLanguage(code, language)}`}
              onClick={() => void act({ input: { languages: spoken.filter((each) => each.code !== code) } })}
            >
              {me.remove}
            </button>
          </li>
        ))}
      </ul>
      <div class="row end">
        <Choice<Proficiency>
          label={words.proficiency}
          value={proficiency}
          choices={words.proficiencies}
          onChange={setProficiency}
        />
        <Choice<string>
          label={words.language}
          value={chosen}
          choices={choices}
          onChange={setChosen}
        />
        <button
          type="button"
          disabled={isBusy || chosen === ''}
          onClick={() => {
            void act({ input: { languages: [...spoken, { code: chosen, proficiency }] } })
            setChosen('')
          }}
        >
          {me.add}
          <span class="hidden">: {words.language}</span>
        </button>
      </div>
    </section>
  )
}
