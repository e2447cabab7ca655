import type { Call, CallPage } from '@ringback/contracts';
import type { Page } from 'playwright-core';
import { openPhone } from './browser.ts';
import type { Network } from './network.ts';

/** A page of the network, opened with its phone registered. */
export interface Visit {
  readonly page: Page;
  readonly network: Network;
  /** Its phone's number. */
  readonly number: string;
  /** Below 1000 px, where the phone is a sheet over the page. */
  readonly narrow: boolean;
}

/** Something a user may see, and how it comes to be seen. */
export interface PageState {
  readonly name: string;
  show(visit: Visit): Promise<void>;
}

const go =
  (path: string, seen: (page: Page) => Promise<unknown>) =>
  async ({ page, network }: Visit) => {
    await page.goto(`${network.pageUrl}${path}`);
    await seen(page);
  };

const speak = go('/', (page) => page.getByRole('button', { name: /^Voice / }).waitFor());

/** The newest call from or to this visit's phone; others may be visiting as well. */
async function newest({ network, number }: Visit): Promise<Call> {
  const { calls } = (await network.api<CallPage>('/api/calls')).body;
  const own = calls.find(({ from, to }) => from.number === number || to.number === number);
  if (!own) throw new Error(`there is no call of ${number} yet`);
  return own;
}

async function showNewestCall(visit: Visit): Promise<void> {
  const { id } = await newest(visit);
  await go(`/calls/${id}`, (page) => page.getByText('INVITE').first().waitFor())(visit);
}

/** The first two messages of a call's ladder, side by side. */
export async function compareMessages(page: Page): Promise<void> {
  const messages = page.locator('#ladder-rows [data-kind="message"]');
  for (const message of [messages.nth(0), messages.nth(1)]) {
    await message.click();
    await page.keyboard.press('d');
  }
  await page.getByRole('columnheader', { name: 'Where' }).waitFor();
}

async function dial(visit: Visit, number: string): Promise<void> {
  const { page } = visit;
  await speak(visit);
  await registered(page);
  await phoneSheet(visit);
  await page.getByLabel('Number to dial').fill(number);
  await page.getByRole('button', { name: 'Call', exact: true }).click();
}

/** The call is not over before everything of it was looked at. */
const LONG_TEXT = 'Hello! This is Ringback, calling your browser. '.repeat(12).trim();

const ringing: PageState['show'] = async (visit) => {
  const { page } = visit;
  await speak(visit);
  await registered(page);
  await page.getByLabel('Text to speak').fill(LONG_TEXT);
  await page.getByRole('button', { name: 'Ring this browser' }).click();
  await page.getByRole('button', { name: 'Answer', exact: true }).waitFor();
};

async function registered(page: Page): Promise<void> {
  await page
    .getByText(/^Registered as \S+/)
    .first()
    .waitFor();
}

async function phoneSheet({ page, narrow }: Visit): Promise<void> {
  if (narrow) await page.getByRole('button', { name: 'Phone', exact: true }).click();
  await page.getByLabel('Number to dial').waitFor();
}

/** Every page and every important state of it, in an order in which each finds what it needs. */
export const PAGE_STATES: readonly PageState[] = [
  { name: 'speak', show: speak },
  {
    name: 'speak-voices',
    async show(visit) {
      await speak(visit);
      await visit.page.getByRole('button', { name: /^Voice / }).click();
      await visit.page.getByRole('option').first().waitFor({ state: 'attached' });
      await visit.page.getByLabel('Search voices').waitFor();
    },
  },
  {
    name: 'speak-preview',
    async show(visit) {
      await speak(visit);
      await visit.page.getByRole('button', { name: 'Preview as the phone hears it' }).click();
      await visit.page.locator('#preview-facts').waitFor();
    },
  },
  {
    name: 'speak-trouble',
    async show(visit) {
      await speak(visit);
      await visit.page.getByRole('radio', { name: /^Another number/ }).check();
      await visit.page.getByLabel('Number to ring').fill('1003');
      await visit.page.getByRole('button', { name: 'Ring 1003' }).click();
      await visit.page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'network',
    async show(visit) {
      await speak(visit);
      await visit.page.getByRole('button', { name: /^State of the network/ }).click();
      await visit.page.getByText('embedded').first().waitFor();
    },
  },
  {
    name: 'phone',
    async show(visit) {
      await speak(visit);
      await phoneSheet(visit);
    },
  },
  {
    name: 'dialing',
    async show(visit) {
      await dial(visit, '486');
      await visit.page.getByText('486 is busy.').first().waitFor();
      await visit.network.call((await newest(visit)).id, ({ status }) => status === 'busy');
    },
  },
  { name: 'call-failed', show: showNewestCall },
  { name: 'ringing', show: ringing },
  {
    name: 'in-call',
    async show(visit) {
      await ringing(visit);
      await visit.page.getByRole('button', { name: 'Answer', exact: true }).click();
      await visit.page.getByText('In call').first().waitFor();
      await visit.page.getByRole('region', { name: 'Call in progress' }).waitFor();
    },
  },
  {
    name: 'ended',
    async show(visit) {
      const { page, network } = visit;
      // Long enough for its quality to be measured.
      const seconds = page.getByRole('timer').filter({ hasText: /0:(0[3-9]|[1-9])/ });
      await seconds.first().waitFor();
      await page.getByRole('button', { name: 'Hang up', exact: true }).click();
      await network.call((await newest(visit)).id, ({ status }) => status === 'completed');
      await page.getByText('completed').first().waitFor();
    },
  },
  { name: 'call', show: showNewestCall },
  {
    name: 'call-difference',
    async show(visit) {
      await showNewestCall(visit);
      await compareMessages(visit.page);
    },
  },
  {
    name: 'call-keys',
    async show(visit) {
      await showNewestCall(visit);
      await visit.page.locator('#ladder-rows').focus();
      await visit.page.keyboard.press('?');
      await visit.page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'on-hold',
    async show(visit) {
      await dial(visit, '9196');
      await visit.page.getByRole('button', { name: 'Hold', exact: true }).click();
      await visit.page.getByText('on hold by you').first().waitFor();
    },
  },
  {
    name: 'sound-and-keys',
    async show(visit) {
      await speak(visit);
      await phoneSheet(visit);
      await visit.page.getByRole('button', { name: 'Sound and keys' }).click();
      await visit.page.getByLabel('Microphone', { exact: true }).waitFor();
    },
  },
  { name: 'calls', show: go('/calls', (page) => page.getByRole('row').nth(1).waitFor()) },
  {
    name: 'calls-none',
    show: go('/calls?q=nothing-is-like-that', (page) =>
      page
        .getByText(/^No call/)
        .first()
        .waitFor(),
    ),
  },
  {
    name: 'calls-filter',
    async show(visit) {
      await go('/calls', (page) => page.getByRole('row').nth(1).waitFor())(visit);
      await visit.page.getByRole('button', { name: 'Filter', exact: true }).click();
      await visit.page.getByRole('form', { name: 'Filter calls' }).waitFor();
    },
  },
  {
    name: 'calls-columns',
    async show(visit) {
      await go('/calls', (page) => page.getByRole('row').nth(1).waitFor())(visit);
      await visit.page.getByRole('button', { name: /^Columns/ }).click();
      await visit.page.getByRole('checkbox').first().waitFor({ state: 'attached' });
    },
  },
  {
    name: 'phone-new',
    async show(visit) {
      await go('/phones', (page) => page.getByText('Alice').first().waitFor())(visit);
      await visit.page.getByRole('button', { name: 'New phone' }).click();
      // Two visits at once would be offered the same number.
      await visit.page
        .getByRole('dialog')
        .getByLabel('Number')
        .fill(visit.narrow ? '1011' : '1010');
    },
  },
  {
    name: 'phone-ready',
    async show({ page }) {
      await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
      await page.getByRole('img', { name: /^Set-up of/ }).waitFor();
    },
  },
  { name: 'phones', show: go('/phones', (page) => page.getByText('Alice').first().waitFor()) },
  {
    name: 'phone-open',
    async show(visit) {
      const { page, number } = visit;
      await go('/phones', () => page.getByText('Alice').first().waitFor())(visit);
      const row = page.getByRole('article', { name: `Number ${number}` });
      await row.getByRole('button', { expanded: false }).first().click();
      await row.getByRole('list', { name: `Registered as ${number}` }).waitFor();
    },
  },
  { name: 'not-found', show: go('/nowhere', (page) => page.getByRole('heading', { level: 1 }).waitFor()) },
];

export const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;
export type Size = keyof typeof SIZES;
export const COLOR_SCHEMES = ['light', 'dark'] as const;

/** Opens the page in a browser context of that size, waits for its phone, and walks through every state. */
export async function walkStates(
  visit: Omit<Visit, 'number'>,
  look: (state: PageState, visit: Visit) => Promise<void>,
  states: readonly PageState[] = PAGE_STATES,
): Promise<void> {
  const number = await openPhone(visit.page, visit.network.pageUrl);
  for (const state of states) {
    const here = { ...visit, number };
    await state.show(here);
    await look(state, here);
  }
}
