"""Where JavaScript answers null, which Pyodide does not turn into None."""

from __future__ import annotations


def raised(bare_page, statement: str) -> str:
    """Class and message of what a statement raises."""
    return bare_page.run(f"""
        import pyface_web as faceapi
        from js import document
        try:
            {statement}
            answer = "nothing"
        except Exception as error:
            answer = f"{{type(error).__name__}}: {{error}}"
        answer
        """)


def test_id_of_no_element(bare_page):
    for statement in (
        "await faceapi.detect_all_faces('nobody')",
        "await faceapi.detect_all_faces('#nobody')",
    ):
        answer = raised(bare_page, statement)
        assert answer.startswith("ElementNotFoundError: the page has no element ")


def test_id_of_no_canvas(bare_page):
    answer = raised(bare_page, "faceapi.draw_detection('nobody', [])")
    assert answer.startswith("ElementNotFoundError: the page has no element with the id 'nobody'")


def test_canvas_with_another_context(bare_page):
    answer = raised(
        bare_page,
        "canvas = document.createElement('canvas'); canvas.getContext('webgl2'); "
        "faceapi.draw_detection(canvas, [])",
    )
    assert "expected a 2D context, got null; it is already used" in answer


def test_no_picture_at_all(bare_page):
    answer = raised(bare_page, "await faceapi.detect_all_faces(document.querySelector('#no'))")
    assert answer.startswith("InputError: cannot use null as a picture; is the variable set")


def test_video_is_waited_for(bare_page):
    """video.error is null as long as nothing is wrong."""
    bare_page.js("""() => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [64, 48];
      const context = canvas.getContext("2d");
      window.video = document.createElement("video");
      video.id = "video";
      video.muted = true;
      document.body.append(video);
      setTimeout(() => {
        window.painting = setInterval(() => context.fillRect(0, 0, Math.random() * 64, 48), 20);
        video.srcObject = canvas.captureStream();
        video.play();
      }, 200);
    }""")
    size = bare_page.run("""
        from pyface_web.pictures.source import resolve
        picture = await resolve("video")
        picture.width, picture.height
        """)
    bare_page.js("() => clearInterval(painting)")
    assert size == [64, 48]


def test_answer_without_a_content_type(bare_page):
    bare_page.page.route("**/untyped", lambda route: route.fulfill(body="abc", headers={}))
    assert (
        bare_page.run("""
        from pyface_web.weights.fetch import fetch_bytes
        len(await fetch_bytes("untyped"))
        """)
        == 3
    )
