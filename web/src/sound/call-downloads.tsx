import { Button } from '@mantine/core';
import type { CallDetail } from '@ringback/contracts';
import { capturePath, soundPath, useRecording } from '../api/heard-queries.ts';

/** What can be taken away of the sound and the packets. Without a recording the capture is the SIP alone. */
export function CallDownloads({ call }: { call: CallDetail }) {
  const { data: recording } = useRecording(call.id);
  const captureName = recording
    ? 'Download a capture of SIP and RTP for Wireshark as pcap'
    : 'Download a capture of SIP, since the sound was not recorded, for Wireshark as pcap';
  return (
    <>
      {recording && (
        <Button
          component="a"
          href={soundPath(call.id)}
          download
          size="compact-sm"
          variant="default"
          aria-label="Download the sound as WAV"
        >
          WAV
        </Button>
      )}
      <Button
        component="a"
        href={capturePath(call.id)}
        download
        size="compact-sm"
        variant="default"
        title={captureName}
        aria-label={captureName}
      >
        pcap
      </Button>
    </>
  );
}
