"""The same names without `await`: plain calls for scripts, notebooks, web servers and threads.

```python
from pyface_web import sync as faceapi

faceapi.load_tiny_face_detector_model()
for face in faceapi.detect_all_faces("photo.jpg", faceapi.TinyFaceDetectorOptions()):
    print(face.box.xyxy)
people = faceapi.detect_all_faces("photo.jpg").with_face_landmarks().with_face_descriptors().run()
```

What gives a coroutine in `pyface_web` gives its result here; a chain of tasks gives it by `run()`,
and one of all faces is their list, too. `async for` becomes `for`, `async with` becomes `with`. Any
thread may call, also one in which an event loop runs; calls take turns. In Pyodide they wait where
the browser can switch stacks (JSPI) and the page lets it, and raise SyncError elsewhere.

All of this is made of the names of `pyface_web` when it is imported; sync.pyi, which says it to
editors, is written by tools/sync_stub.py.
"""

from pyface_web import __all__ as _names
from pyface_web.twins import made

__all__ = [*_names]
globals().update(made())
