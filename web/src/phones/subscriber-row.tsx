import { ActionIcon, Menu } from '@mantine/core';
import type { Subscriber } from '@ringback/contracts';
import {
  IconChevronRight,
  IconDeviceMobilePlus,
  IconDots,
  IconHistory,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { StateMark } from '../ui/state-mark.tsx';
import { BindingList } from './binding-list.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { inWords, type PhoneRow } from './phone-rows.ts';
import classes from './phones.module.css';
import { RenameDialog } from './rename-dialog.tsx';

const KIND_WORDS = {
  subscriber: 'phone',
  page: 'browser page',
  voice: 'voice of Ringback',
} satisfies Record<Subscriber['kind'], string>;

interface SubscriberRowProps {
  row: PhoneRow;
  /** It is this page. */
  own: boolean;
  open: boolean;
  onToggle: () => void;
}

/** A number; opened, with everything that rings when it is called. */
export function SubscriberRow({ row: { subscriber, bindings }, own, open, onToggle }: SubscriberRowProps) {
  const { number, displayName, kind, configured } = subscriber;
  const online = bindings.length > 0;
  const listId = `registered-as-${number}`;
  return (
    <article className={classes.row} aria-label={`Number ${number}`}>
      <div className={classes.head}>
        <button
          type="button"
          className={classes.opener}
          aria-expanded={open}
          aria-controls={open ? listId : undefined}
          onClick={onToggle}
        >
          <IconChevronRight size={16} aria-hidden />
          <span className={classes.words}>
            <span className={classes.number}>{number}</span>
            {displayName && !saysNumber(displayName, number) && <span>{displayName}</span>}
            <span className={classes.kind}>{own ? 'this page' : KIND_WORDS[kind]}</span>
            {configured && (
              <span className={classes.kind} title="Given by RINGBACK_SUBSCRIBERS">
                configured
              </span>
            )}
          </span>
        </button>
        <span className={classes.kind}>{inWords(bindings)}</span>
        <StateMark tone={online ? 'live' : 'ended'}>{online ? 'online' : 'offline'}</StateMark>
        {kind === 'subscriber' ? <Actions subscriber={subscriber} /> : <span className={classes.noActions} />}
      </div>
      {open && <BindingList id={listId} subscriber={subscriber} bindings={bindings} />}
    </article>
  );
}

/** `Browser 2001`, or `Voice` of `voice`: the name adds nothing to the number. */
function saysNumber(displayName: string, number: string): boolean {
  return displayName.toLowerCase().includes(number.toLowerCase());
}

type Dialog = 'connect' | 'rename' | 'delete';

function Actions({ subscriber }: { subscriber: Subscriber }) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const { number } = subscriber;
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More for ${number}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconDeviceMobilePlus size={16} aria-hidden />}
            onClick={() => setDialog('connect')}
          >
            Connect a phone
          </Menu.Item>
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setDialog('rename')}>
            Rename
          </Menu.Item>
          <Menu.Item
            component={Link}
            to={`/calls?q=${encodeURIComponent(number)}`}
            leftSection={<IconHistory size={16} aria-hidden />}
          >
            Its calls
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => setDialog('delete')}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'connect' && <PasswordDialog subscriber={subscriber} onClose={close} />}
      {dialog === 'rename' && <RenameDialog subscriber={subscriber} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog subscriber={subscriber} onClose={close} />}
    </>
  );
}
