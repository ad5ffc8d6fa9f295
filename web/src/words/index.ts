/** The messages of the page in the person's language; the other language is loaded only when it is asked for. */

import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

import type { Words } from './en'
import { en } from './en'

export type Language = 'en' | 'de'

const KEPT = 'alongside.language'

export const WordsContext = createContext<Words>(en)

export function useWords(): Words {
  return useContext(WordsContext)
}

/** What only some pages say: both languages come with those pages, and not before. */
export function useMore<More>(more: Readonly<Record<Language, More>>): More {
  return more[useWords().language]
}

export function keptLanguage(): Language {
  const kept = localStorage.getItem(KEPT) ?? navigator.language
  return kept.startsWith('de') ? 'de' : 'en'
}

async function wordsOf(language: Language): Promise<Words> {
  return language === 'de' ? (await import('./de')).de : en
}

export async function chooseLanguage(language: Language): Promise<Words> {
  localStorage.setItem(KEPT, language)
  document.documentElement.lang = language
  return wordsOf(language)
}
