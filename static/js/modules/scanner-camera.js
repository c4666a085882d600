// The camera of this device: opened, looked through, closed; off while nobody looks at the page.
import { decode } from "./scanner-decoder.js";

const CHOSEN = "scanner-camera";
const LONGEST_SIDE = 1280; // pixels of a picture that is looked at
const BREATH = 40; // ms between two looks
const HARDER = 3; // of so many looks without a find, one is a harder one
const LATEST_FRAME = 500;
const PROBLEMS = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none" };

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const nextFrame = (video) =>
  new Promise((resolve) => {
    setTimeout(resolve, LATEST_FRAME);
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
  });

// Why there is no camera before anybody was asked: "insecure", "none", or null.
export function missing() {
  if (!window.isSecureContext) return "insecure";
  return navigator.mediaDevices?.getUserMedia ? null : "none";
}

// Whether this page may use the camera without asking anew.
export async function allowed() {
  const state = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
  return state?.state === "granted";
}

async function streamOf(id) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const video = id ? { deviceId: { exact: id }, ...size } : { facingMode: { ideal: "environment" }, ...size };
  try {
    return await navigator.mediaDevices.getUserMedia({ video });
  } catch (error) {
    if (!id || error.name === "NotAllowedError") throw error;
    localStorage.removeItem(CHOSEN); // that camera is gone
    return streamOf(null);
  }
}

// onCode(text, stays) at each look that finds one, which stays when the look before found the same, however long that
// took on a slow tablet; onChange({state, problem, torch, cameras, chosen}) when something is another.
export function cameraOf(video, { onCode, onChange }) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let stream = null;
  let wanted = false;
  let turn = 0;

  function picture() {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }

  async function look(mine) {
    let before = null;
    for (let misses = 0; mine === turn; ) {
      await nextFrame(video);
      if (mine !== turn) return;
      const [nearest] = video.videoWidth ? await decode(picture(), misses % HARDER === HARDER - 1) : [];
      misses = nearest ? 0 : misses + 1;
      if (nearest && mine === turn) onCode(nearest.text, nearest.text === before);
      before = nearest?.text ?? null;
      await sleep(BREATH);
    }
  }

  async function open() {
    wanted = true;
    const mine = ++turn;
    const problem = missing();
    if (problem) return onChange({ state: "closed", problem });
    if (document.hidden) return;
    onChange({ state: "opening" });
    try {
      const opened = await streamOf(localStorage.getItem(CHOSEN));
      if (mine !== turn) return stop(opened);
      stream = opened;
      video.srcObject = stream;
      await video.play();
      await tell();
      await look(mine);
    } catch (error) {
      if (mine === turn) fail(error);
    }
  }

  function fail(error) {
    close();
    onChange({ state: "closed", problem: PROBLEMS[error.name] ?? (error instanceof DOMException ? "busy" : "reader") });
  }

  async function tell() {
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => stream && fail(new DOMException("the camera was taken away", "AbortError")));
    const devices = await navigator.mediaDevices.enumerateDevices();
    onChange({
      state: "open",
      torch: Boolean(track.getCapabilities?.().torch),
      cameras: devices.filter((one) => one.kind === "videoinput").map((one) => ({ id: one.deviceId, name: one.label })),
      chosen: track.getSettings().deviceId,
    });
  }

  const stop = (opened) => opened?.getTracks().forEach((track) => track.stop());

  function pause() {
    turn++;
    stop(stream);
    stream = video.srcObject = null;
  }

  function close() {
    wanted = false;
    pause();
    onChange({ state: "closed" });
  }

  function choose(id) {
    localStorage.setItem(CHOSEN, id);
    pause();
    return open();
  }

  const light = (on) => stream?.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) pause();
    else if (wanted && !stream) open();
  });
  window.addEventListener("pagehide", pause);

  return { open, close, choose, light };
}
