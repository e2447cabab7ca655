import { createContext, useContext, useSyncExternalStore } from 'react';
import type { PagePhone, PhoneSnapshot } from './page-phone.ts';

const PhoneContext = createContext<PagePhone | null>(null);

export const PhoneProvider = PhoneContext.Provider;

export function usePhone(): PagePhone {
  const phone = useContext(PhoneContext);
  if (!phone) throw new Error('A phone is used outside of its provider');
  return phone;
}

/** The phone's state; the component is rendered again at every change of it. */
export function usePhoneState(): PhoneSnapshot {
  const phone = usePhone();
  return useSyncExternalStore(phone.subscribe, phone.snapshot);
}
