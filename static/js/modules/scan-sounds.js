// Each outcome has its own sound and its own buzz, so that one need not look.
const HIGH = 1320;
const LOW = 330;
const TONES = {
  done: [[HIGH, 90]],
  already: [[HIGH, 70], [0, 60], [HIGH, 70]],
  wrong: [[HIGH, 120], [LOW, 180]],
  unknown: [[LOW, 450]],
  refused: [[LOW, 110], [0, 60], [LOW, 110], [0, 60], [LOW, 110]],
}; // Hz (0 is a rest), ms
const BUZZES = { done: [30], already: [30, 60, 30], wrong: [80], unknown: [80, 60, 80], refused: [200] };
const MUTED = "scan-muted";
const LOUDNESS = 0.25;

export function sounds(key) {
  let context = null;

  // Browsers are silent until a first touch.
  function unlock() {
    context ??= window.AudioContext ? new AudioContext() : null;
    if (context?.state === "suspended") context.resume().catch(() => {});
  }

  function tone(frequency, from, seconds) {
    const pitch = new OscillatorNode(context, { frequency, type: "square" });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(LOUDNESS, from);
    volume.gain.setValueAtTime(LOUDNESS, from + seconds - 0.02);
    volume.gain.linearRampToValueAtTime(0, from + seconds);
    pitch.connect(volume).connect(context.destination);
    pitch.start(from);
    pitch.stop(from + seconds);
  }

  const muted = () => localStorage.getItem(MUTED) === "yes";
  function show() {
    key?.setAttribute("aria-pressed", String(muted()));
  }
  key?.addEventListener("click", () => {
    localStorage.setItem(MUTED, muted() ? "no" : "yes");
    show();
  });
  show();
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, unlock, { passive: true });

  return function play(outcome) {
    if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(BUZZES[outcome]);
    if (muted() || context?.state !== "running") return;
    let at = context.currentTime;
    for (const [frequency, ms] of TONES[outcome]) {
      if (frequency) tone(frequency, at, ms / 1000);
      at += ms / 1000;
    }
  };
}
