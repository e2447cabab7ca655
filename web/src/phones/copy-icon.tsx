import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Puts a value on the clipboard, which belongs to secure origins; elsewhere there is nothing to press. */
export function CopyIcon({ text, what }: { text: string; what: string }) {
  if (!navigator.clipboard) return null;
  return (
    <CopyButton value={text} timeout={2_000}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy: ${what}`}>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Copy: ${what}`} onClick={copy}>
            {copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
