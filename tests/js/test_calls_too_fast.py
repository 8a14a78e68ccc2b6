"""setInterval(detect, 20) left 174 calls in a queue after 5 s, which took 69 s more to answer.

Counted is how often a picture was looked at, and how many calls were answered.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from pyface_web.pipeline.crowd import MOST_CALLS
from tests.pages import WORKER_TEST, PyfacePage, Visitor

# A face whose answers come one by one when the test says so; each names the run that gave it.
FAKE = """async () => {
  const { createFace } = await import("/faceapi/face.js");
  const score = (number) => [{ score: number / 1000, box: [0, 0, 0.5, 0.5], size: [4, 4] }];
  globalThis.open = () => {
    const waiting = [];
    const asked = [];
    const transport = (message) => {
      if (!("input" in message)) return { value: null };
      asked.push(message);
      return new Promise((done) => waiting.push(done));
    };
    const answer = (given) => {
      const value = score(asked.length - waiting.length + 1);
      waiting.shift()?.(given ?? { value });
    };
    const finish = async () => {
      while (waiting.length) {
        answer();
        await new Promise((resume) => setTimeout(resume));
      }
    };
    return { faceapi: createFace(transport), asked, answer, finish };
  };
  globalThis.element = (tag) => Object.assign(document.createElement(tag), { width: 4, height: 4 });
  globalThis.runOf = (face) => Math.round(1000 * face.score);
  globalThis.scores = async (calls) => (await Promise.all(calls)).map(([face]) => runOf(face));
  globalThis.told = [];
  console.warn = (text) => told.push(text);
}"""


@pytest.fixture(scope="module")
def page(visitor: Visitor) -> Iterator[Page]:
    with visitor.visit() as page:
        page.evaluate(FAKE)
        yield page


@pytest.mark.parametrize("tag", ["video", "canvas"])
def test_174_calls_on_a_video_are_9_runs_and_all_are_answered(page: Page, tag: str) -> None:
    asked, scores, told = page.evaluate(
        """async (tag) => {
          told.length = 0;
          const { faceapi, asked, finish } = open();
          const video = element(tag);
          const calls = Array.from({ length: 174 }, () => faceapi.detectAllFaces(video).run());
          const atOnce = asked.length;
          await finish();
          return [[atOnce, asked.length], await scores(calls), told];
        }""",
        tag,
    )
    assert asked == [MOST_CALLS, MOST_CALLS + 1]
    ones = range(1, MOST_CALLS + 1)
    assert scores == [*ones, *[MOST_CALLS + 1] * (174 - MOST_CALLS)]
    assert len(told) == 1
    assert "faceapi.track(video)" in told[0]
    assert "loadPyface({ latestFrame: true })" in told[0]


def test_with_the_latest_frame_all_that_wait_get_one_run(page: Page) -> None:
    """The interval of a page of face-api.js: five calls come while each is computed."""
    runs, scores, told = page.evaluate("""async () => {
      told.length = 0;
      const { faceapi, asked, answer } = open();
      await faceapi.setLatestFrame(true);
      const video = element("video");
      const calls = [];
      for (let i = 0; i < 10; i++) {
        for (let k = 0; k < 5; k++) calls.push(faceapi.detectSingleFace(video).run());
        answer();
        await new Promise((resume) => setTimeout(resume));
      }
      answer();
      const found = await Promise.all(calls);
      const own = new Set(found.map((face) => face.relativeBox)).size;
      return [asked.length, found.map(runOf), [own, ...told]];
    }""")
    assert runs == 11
    assert scores == sorted(scores)
    assert {scores.count(run) for run in set(scores)} == {1, 4, 5}
    assert told == [50]  # each caller has an object of its own, and nobody was warned


def test_200_pictures_at_once_are_200_runs(page: Page) -> None:
    asked, told = page.evaluate("""async () => {
      told.length = 0;
      const { faceapi, asked, finish } = open();
      await faceapi.setLatestFrame(true);
      const image = new ImageData(4, 4);
      const calls = [
        ...Array.from({ length: 100 }, () => faceapi.detectAllFaces(element("canvas")).run()),
        ...Array.from({ length: 100 }, () => faceapi.detectAllFaces(image).run()),
      ];
      await finish();
      await scores(calls);
      return [asked.length, told];
    }""")
    assert asked == 200
    assert told == []


def test_who_asks_something_else_of_the_video_gets_something_else(page: Page) -> None:
    asked = page.evaluate("""async () => {
      const { faceapi, asked, finish } = open();
      await faceapi.setLatestFrame(true);
      const video = element("video");
      const larger = new faceapi.TinyFaceDetectorOptions({ inputSize: 320 });
      const ask = () => [
        faceapi.detectAllFaces(video).run(),
        faceapi.detectAllFaces(video, new faceapi.TinyFaceDetectorOptions()).run(),
        faceapi.detectAllFaces(video, larger).run(),
        faceapi.detectSingleFace(video).withFaceLandmarks().withFaceDescriptor().run(),
        faceapi.computeFaceDescriptor(video).catch(() => {}),
        faceapi.nets.tinyFaceDetector.locateFaces(video).catch(() => {}),
      ];
      const calls = [...ask(), ...ask(), ...ask()];
      await finish();
      await Promise.all(calls);
      return asked.map(({ call, stages }) => [call, ...(stages ?? [])].join(" "));
    }""")
    assert len(asked) == 12
    assert len(asked[:6]) == len(set(asked[:6])) + 2  # two more differ by their options
    assert sorted(asked[:6]) == sorted(asked[6:])


def test_what_waits_when_all_is_disposed_of_ends_with_it(page: Page) -> None:
    asked, found = page.evaluate("""async () => {
      const { faceapi, asked, answer, finish } = open();
      await faceapi.setLatestFrame(true);
      const video = element("video");
      const calls = Array.from({ length: 5 }, () => faceapi.detectAllFaces(video).run());
      const outcomes = Promise.all(calls.map((call) => call.catch(({ name }) => name)));
      answer({ error: { name: "DisposedError", message: "all was disposed of" } });
      const found = await outcomes;
      const next = faceapi.detectAllFaces(video).run();
      await finish();
      return [asked.length, [...found, ...(await scores([next]))]];
    }""")
    assert asked == 2
    assert found == ["DisposedError"] * 5 + [2]


def test_one_run_that_fails_is_not_the_end(page: Page) -> None:
    found = page.evaluate("""async () => {
      const { faceapi, asked, answer, finish } = open();
      await faceapi.setLatestFrame(true);
      const video = element("video");
      const calls = Array.from({ length: 3 }, () => faceapi.detectAllFaces(video).run());
      const outcomes = calls.map((call) => call.then(([face]) => runOf(face), ({ name }) => name));
      answer({ error: { name: "InputError", message: "no" } });
      await new Promise((resume) => setTimeout(resume));
      await finish();
      return Promise.all(outcomes);
    }""")
    assert found == ["InputError", 2, 2]


def test_what_the_option_must_be(page: Page) -> None:
    found = page.evaluate(
        "open().faceapi.setLatestFrame('yes').catch(({ name, message }) => `${name}: ${message}`)"
    )
    assert found == 'OptionsError: setLatestFrame: expected true or false, got "yes"'


# --- with all that computes

_UPLOADS = """async ([faceapi, video, latest]) => {
  if (latest !== undefined) await faceapi.setLatestFrame(latest);
  const options = new faceapi.TinyFaceDetectorOptions({ inputSize: 128 });
  await faceapi.detectAllFaces(video, options);
  const before = (await faceapi.memory()).uploads;
  const calls = Array.from({ length: 60 }, () => faceapi.detectAllFaces(video, options).run());
  const found = await Promise.all(calls);
  const uploads = (await faceapi.memory()).uploads - before;
  return [uploads, found.length, new Set(found.map((faces) => faces.length)).size];
}"""


@pytest.mark.parametrize(("latest", "runs"), [(False, MOST_CALLS + 1), (True, 2)])
def test_in_a_page_60_calls_look_at_a_canvas_so_often(
    net_page: PyfacePage, latest: bool, runs: int
) -> None:
    net_page.add_canvas(
        "live", 320, 240, [["images/sample3.jpg", 0, 0, 1920, 1440, 0, 0, 320, 240]]
    )
    given = f"[pyface.faceapi, document.getElementById('live'), {str(latest).lower()}]"
    assert net_page.js(f"() => ({_UPLOADS})({given})") == [runs, 60, 1]
    net_page.js("() => pyface.faceapi.setLatestFrame(false)")


def test_in_python_60_calls_do(net_page: PyfacePage) -> None:
    net_page.add_canvas(
        "live", 320, 240, [["images/sample3.jpg", 0, 0, 1920, 1440, 0, 0, 320, 240]]
    )
    found = net_page.run(
        """
        import asyncio, warnings
        options = faceapi.TinyFaceDetectorOptions(128)
        async def count(ask, latest):
            faceapi.set_latest_frame(latest)
            before = faceapi.memory()["uploads"]
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("once")
                faces = await asyncio.gather(*(ask() for _ in range(60)))
            said = [f"{w.category.__name__}: {w.message}" for w in told]
            answered = len({json.dumps([f.to_dict() for f in found]) for found in faces})
            return [faceapi.memory()["uploads"] - before, len(faces), answered, said]
        detect = lambda: faceapi.detect_all_faces("live", options)
        await detect()
        descriptor = lambda: faceapi.detect_all_faces("live", options).with_face_landmarks(True)
        found = [await count(detect, latest) for latest in (False, True)]
        found += [await count(descriptor, True)]
        found += [await count(lambda: faceapi.tiny_face_detector("live", options), True)]
        faceapi.set_latest_frame(False)
        found
        """
    )
    few, latest, chained, located = found
    assert few[:3] == [MOST_CALLS + 1, 60, 1]
    (said,) = few[3]
    assert said.startswith("CallsTooFastWarning: calls that ask the same of one HTMLCanvasElement")
    assert "track(video)" in said and "set_latest_frame(True)" in said
    assert latest == chained == located == [2, 60, 1, []]


@pytest.mark.parametrize(
    ("latest", "runs"),
    [("undefined", 2), ("false", MOST_CALLS + 1), ("true", 2)],
    ids=["as loadPyface was told", "without", "with the latest frame"],
)
def test_in_a_worker_60_calls_look_at_a_video_so_often(
    worker_page: Page, latest: str, runs: int
) -> None:
    given = f"[face, given.video, {latest}]"
    uploads, answered, _ = worker_page.evaluate(f"() => ({_UPLOADS})({given})")
    assert [uploads, answered] == [runs, 60]


@pytest.fixture(scope="module")
def worker_page(visitor: Visitor) -> Iterator[Page]:
    with visitor.visit(WORKER_TEST) as page:
        page.evaluate("""async () => {
          window.face = (await load(["tiny_face_detector"], { latestFrame: true })).faceapi;
          window.given = await inputs();
        }""")
        yield page
