import { QRCodeSVG } from 'qrcode.react';
import classes from './phones.module.css';

/** Black on white whatever the colours of the page, with the quiet zone that readers need. */
export default function QrCode({ text, title }: { text: string; title: string }) {
  return (
    <QRCodeSVG
      className={classes.qr!}
      value={text}
      size={168}
      marginSize={3}
      level="M"
      title={title}
      role="img"
      aria-label={title}
    />
  );
}
