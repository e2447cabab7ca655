import { Kbd, Modal } from '@mantine/core';
import classes from './ladder.module.css';
import { useLadderReading } from './ladder-context.tsx';
import { KEY_WORDS } from './model/ladder-keys.ts';

export function KeysHelp() {
  const { state, input } = useLadderReading();
  return (
    <Modal
      opened={state.help}
      onClose={() => input({ kind: 'help', open: false })}
      title="Keys of the ladder"
      closeButtonProps={{ 'aria-label': 'Close the help' }}
    >
      <dl className={classes.keys}>
        {KEY_WORDS.map(([does, ...keys]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
