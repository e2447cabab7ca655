// Runs in Chromium. Every function takes and gives plain values, so that the test can call it by name.
const gathered = (connection) =>
  connection.iceGatheringState === 'complete'
    ? undefined
    : new Promise((resolve) => {
        connection.addEventListener('icegatheringstatechange', () => {
          if (connection.iceGatheringState === 'complete') resolve();
        });
      });

let connection;
let context;
let analyser;
let sender;

/**
 * A call leg that sends a tone of `toneHz`, or `speech` (a WAV file in base64) again and again, or the fake microphone.
 * `codecs` keeps those names alone.
 */
async function open({ toneHz, speech, codecs } = {}) {
  context = new AudioContext({ sampleRate: 48000 });
  await context.resume();
  analyser = new AnalyserNode(context, { fftSize: 32768 });
  connection = new RTCPeerConnection();
  connection.ontrack = ({ track }) => {
    const stream = new MediaStream([track]);
    // Chromium feeds Web Audio from a remote track only while an element plays it.
    const element = new Audio();
    element.srcObject = stream;
    element.muted = true;
    void element.play();
    new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(analyser);
  };
  const stream = toneHz
    ? toneOf(toneHz)
    : speech
      ? await speechOf(speech)
      : await navigator.mediaDevices.getUserMedia({
          audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
        });
  sender = connection.addTrack(stream.getTracks()[0], stream);
  if (codecs) {
    const known = RTCRtpReceiver.getCapabilities('audio').codecs;
    const wanted = known.filter(({ mimeType }) => codecs.includes(mimeType.split('/')[1]));
    connection.getTransceivers()[0].setCodecPreferences(wanted);
  }
}

function toneOf(frequency) {
  const destination = new MediaStreamAudioDestinationNode(context);
  const oscillator = new OscillatorNode(context, { frequency });
  oscillator.connect(new GainNode(context, { gain: 0.3 })).connect(destination);
  oscillator.start();
  return destination.stream;
}

async function speechOf(wav) {
  const bytes = Uint8Array.from(atob(wav), (char) => char.charCodeAt(0));
  const destination = new MediaStreamAudioDestinationNode(context);
  const buffer = await context.decodeAudioData(bytes.buffer);
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  source.connect(destination);
  source.start();
  return destination.stream;
}

async function offer() {
  await connection.setLocalDescription(await connection.createOffer());
  await gathered(connection);
  return connection.localDescription.sdp;
}

async function answer(sdp) {
  await connection.setRemoteDescription({ type: 'offer', sdp });
  await connection.setLocalDescription(await connection.createAnswer());
  await gathered(connection);
  return connection.localDescription.sdp;
}

async function accept(sdp) {
  await connection.setRemoteDescription({ type: 'answer', sdp });
}

/** The last 0.68 s of what is heard, as 16-bit samples. */
function heard() {
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return { rate: context.sampleRate, samples: Array.from(samples, (sample) => Math.round(sample * 32767)) };
}

async function stats(type) {
  const report = await connection.getStats();
  return [...report.values()].filter((entry) => entry.type === type);
}

function press(keys) {
  sender.dtmf.insertDTMF(keys, 100, 70);
}

function direction(value) {
  connection.getTransceivers()[0].direction = value;
}

/** The next offer begins ICE anew, as after a change of network. */
function restart() {
  connection.restartIce();
}

function state() {
  return connection.connectionState;
}

function close() {
  connection.close();
  void context.close();
}

globalThis.leg = { open, offer, answer, accept, heard, stats, press, direction, restart, state, close };
