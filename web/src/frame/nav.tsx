import { IconBook2, IconDeviceLandlinePhone, IconHistory, IconMessage2 } from '@tabler/icons-react';
import { NavLink } from 'react-router';
import classes from './frame.module.css';

const PAGES = [
  { to: '/', label: 'Speak', Icon: IconMessage2, end: true },
  { to: '/calls', label: 'Calls', Icon: IconHistory, end: false },
  { to: '/phones', label: 'Phones', Icon: IconDeviceLandlinePhone, end: false },
] as const;

/** Links to the pages of the app, as items of a list. */
export function NavItems() {
  return PAGES.map(({ to, label, Icon, end }) => (
    <li key={to}>
      <NavLink to={to} end={end} className={classes.item!}>
        <Icon size={21} stroke={1.6} aria-hidden />
        {label}
      </NavLink>
    </li>
  ));
}

/** The OpenAPI page, which the gateway makes of its own schemas. */
export function DocsItem() {
  return (
    <a href="/docs" target="_blank" rel="noopener" className={classes.item}>
      <IconBook2 size={21} stroke={1.6} aria-hidden />
      API docs
    </a>
  );
}

export function DocsIcon() {
  return (
    <a href="/docs" target="_blank" rel="noopener" className={classes.foot} aria-label="API docs">
      <IconBook2 size={20} stroke={1.6} aria-hidden />
    </a>
  );
}
