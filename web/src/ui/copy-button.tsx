import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';

interface CopyButtonProps {
  /** Asked for when the button is pressed. */
  text: () => string;
  label: string;
}

/** Puts a text on the clipboard and says so. The clipboard belongs to secure origins; elsewhere there is no button. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const { copy, copied, error } = useClipboard({ timeout: 2_000 });
  if (!navigator.clipboard) return null;
  const said = error ? 'The browser refused to copy' : copied ? 'Copied' : label;
  return (
    <Button size="compact-sm" variant="default" onClick={() => copy(text())}>
      <span aria-live="polite">{said}</span>
    </Button>
  );
}
