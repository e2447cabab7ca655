import type { ContactOptions } from '../contact.ts';
import type { Given } from './given-options.ts';

type Draft = { -readonly [Key in keyof ContactOptions]: ContactOptions[Key] };

/**
 * The contacts, each with what follows it up to the next one.
 * @throws Error with a sentence for the user.
 */
export function contactsOf(given: readonly Given[]): ContactOptions[] {
  const contacts: Draft[] = [];
  let current: Draft[] = [];
  for (const { name, value, written } of given) {
    if (name === 'contact') {
      current = splitContacts(value).map((contact) => ({ contact }));
      contacts.push(...current);
    } else if (name === 'external-ip' || name === 'local-net' || name === 'dns-name') {
      if (current.length === 0) throw new Error(`${written} must follow the --contact it belongs to`);
      for (const contact of current) amend(contact, name, value, written);
    }
  }
  return contacts;
}

function amend(contact: Draft, name: string, value: string, written: string): void {
  if (name === 'local-net') contact.localNets = [...(contact.localNets ?? []), ...list(value)];
  else if (name === 'dns-name') contact.dnsNames = [...(contact.dnsNames ?? []), ...list(value)];
  else if (contact.externalHost !== undefined)
    throw new Error(`${written} was given twice for the contact ${contact.contact}`);
  else contact.externalHost = value;
}

const list = (text: string) => text.split(',').map((part) => part.trim());

/** Two contacts in one option are told from two transports in one contact by the scheme. */
const splitContacts = (text: string) => text.split(/,(?=\s*sips?:)/).map((part) => part.trim());
