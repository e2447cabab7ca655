import { type PhoneMemory, readMemory } from './phone-memory.ts';

const KEY = 'ringback-phone';

export function recallPhone(): PhoneMemory {
  return readMemory(localStorage.getItem(KEY), window.location.search);
}

export function rememberPhone(memory: PhoneMemory): void {
  localStorage.setItem(KEY, JSON.stringify(memory));
}
