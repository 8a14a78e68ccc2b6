# /// script
# requires-python = ">=3.11"
# dependencies = ["marimo", "pillow", "pyface-web"]
# ///

import marimo

app = marimo.App()


@app.cell(hide_code=True)
def _():
    import marimo as mo

    mo.md(
        """
        # Faces of a picture

        The same cells run where Python does, by `marimo edit`, and in a page, by
        `marimo export html-wasm`. Put a `photo.jpg` into the folder `public` beside this notebook,
        and for a page the folder `models`, too, as `pyface-web models fetch --to public/models`
        makes it.
        """
    )
    return (mo,)


@app.cell
async def _(mo):
    import sys

    import pyface_web as faceapi

    public = mo.notebook_location() / "public"  # in a page an address
    models = public / "models" if sys.platform == "emscripten" else None  # None: from the cache
    await faceapi.load_tiny_face_detector_model(models)
    await faceapi.load_face_landmark_model(models)
    await faceapi.load_face_expression_model(models)
    await faceapi.load_age_gender_model(models)
    photo = await faceapi.fetch_image(public / "photo.jpg")
    return faceapi, photo


@app.cell
def _(mo):
    score = mo.ui.slider(0.1, 0.9, 0.1, 0.5, label="The lowest score of a face", show_value=True)
    score
    return (score,)


@app.cell
async def _(faceapi, photo, score):
    options = faceapi.TinyFaceDetectorOptions(input_size=512, score_threshold=score.value)
    faces = (
        await faceapi.detect_all_faces(photo, options)
        .with_face_landmarks()
        .with_face_expressions()
        .with_age_and_gender()
    )
    faces
    return (faces,)


@app.cell
async def _(faceapi, faces, photo):
    image = await faceapi.annotate(photo, faces)
    image
    return (image,)


@app.cell
async def _(faceapi, faces, photo):
    crops = await faceapi.extract_faces(photo, faces)
    crops
    return (crops,)


@app.cell
def _(faceapi, faces, mo):
    rows = faceapi.to_records(faces)
    mo.ui.table(rows)
    return (rows,)


if __name__ == "__main__":
    app.run()
